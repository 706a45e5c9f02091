import { marked } from "marked";
import { useEffect, useMemo, useState } from "react";
import { createHighlighter } from "shiki";
import { toHtml } from "../lib/markdown";

const THEME_SCRIPT = `document.documentElement.classList.add("dark")`;

export function Answer({ text }: { text: string }) {
  const [html, setHtml] = useState("");
  useEffect(() => {
    toHtml(text).then((made) => setHtml(made));
  }, [text]);
  return (
    <article>
      <script dangerouslySetInnerHTML={{ __html: THEME_SCRIPT }} />
      <div dangerouslySetInnerHTML={{ __html: html }} />
    </article>
  );
}

export function Preview({ text }: { text: string }) {
  const highlighted = useMemo(() => createHighlighter().codeToHtml(text), [text]);
  const drawn = marked.parse(text);
  return (
    <>
      <pre dangerouslySetInnerHTML={{ __html: highlighted }} />
      <div dangerouslySetInnerHTML={{ __html: drawn }} />
    </>
  );
}
