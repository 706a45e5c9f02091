const DEFAULT_DOCS_FILE = "./src/first_pages.json";

export function settingsOf(config: { configurable?: { docsFile?: string } }) {
  const configurable = config.configurable || {};
  return { docsFile: configurable.docsFile || DEFAULT_DOCS_FILE };
}
