import { useRemark } from "react-remark";

export function Answer({ text }: { text: string }) {
  const [shown, setSource] = useRemark({
    remarkToRehypeOptions: { allowDangerousHtml: true },
  });
  setSource(text);
  return <article>{shown}</article>;
}
