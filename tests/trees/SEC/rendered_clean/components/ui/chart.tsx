const THEMES = { light: "", dark: ".dark" };

export function ChartStyle({ id, colors }: { id: string; colors: Record<string, string> }) {
  return (
    <style
      dangerouslySetInnerHTML={{
        __html: Object.values(THEMES)
          .map((prefix) => `${prefix} [data-chart=${id}] { ${Object.entries(colors).map(([key, color]) => `--color-${key}: ${color};`).join("\n")} }`)
          .join("\n"),
      }}
    />
  );
}
