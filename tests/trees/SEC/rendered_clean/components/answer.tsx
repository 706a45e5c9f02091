import { renderToString } from "react-dom/server";
import { Streamdown } from "streamdown";

export function Answer({ text }: { text: string }) {
  return <Streamdown>{text}</Streamdown>;
}

export function copied(text: string): string {
  const box = document.createElement("div");
  box.innerHTML = renderToString(<Streamdown>{text}</Streamdown>);
  return box.innerText;
}
