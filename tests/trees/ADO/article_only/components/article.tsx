import { useEffect } from "react";
import { useRemark } from "react-remark";

export function Article({ text }: { text: string }) {
  const [content, setMarkdown] = useRemark();
  useEffect(() => setMarkdown(text), [text, setMarkdown]);
  return <article>{content}</article>;
}
