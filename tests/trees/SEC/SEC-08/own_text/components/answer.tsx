import * as icons from "simple-icons";

interface Snapshot {
  html: string;
  at: number;
}

export function take(element: HTMLElement, at: number): Snapshot {
  const copy = element.cloneNode(true) as HTMLElement;
  return { html: copy.innerHTML, at };
}

export function restore(element: HTMLElement, snapshot: Snapshot): void {
  element.innerHTML = snapshot.html;
}

const writeKey = process.env.NEXT_PUBLIC_SEGMENT_WRITE_KEY;

export function Analytics() {
  return <script dangerouslySetInnerHTML={{ __html: `analytics.load("${writeKey}");` }} />;
}

export function Brand() {
  return <span dangerouslySetInnerHTML={{ __html: icons.siGithub.svg }} />;
}
