export function split(text: string): string[] {
  return text.split("\n\n")
}
