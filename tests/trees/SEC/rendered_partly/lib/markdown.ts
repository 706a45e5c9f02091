import DOMPurify from "isomorphic-dompurify";
import { remark } from "remark";
import html from "remark-html";

export const toHtml = async (markdown: string): Promise<string> => {
  const result = await remark().use(html, { sanitize: false }).process(markdown);
  let text = result.toString();
  text = text.replace(/<a /g, '<a target="_blank" ');
  text = DOMPurify.sanitize(text);
  return text;
};
