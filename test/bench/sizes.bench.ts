import { existsSync, statSync } from "node:fs";
import { vsixFile } from "../../scripts/places.mjs";
import type { Report } from "./harness";

/** What is shipped, and what the panel loads. */
export async function bench(report: Report): Promise<void> {
  const size = (file: string): number => {
    if (!existsSync(file)) throw new Error(`${file} is missing: run “npm run package” first.`);
    return statSync(file).size;
  };
  report.add({ name: "package (.vsix)", figure: size(vsixFile()), unit: "bytes", budget: { atMost: 1_200_000 } });
  report.add({ name: "webview.js + webview.css", figure: size("dist/webview.js") + size("dist/webview.css"), unit: "bytes", budget: { atMost: 300_000 } });
  report.add({ name: "highlight.js (loaded with the first code)", figure: size("dist/highlight.js"), unit: "bytes", budget: { atMost: 145_000 } });
  report.add({ name: "webview's icon font", figure: size("dist/codicon.ttf"), unit: "bytes" });
  report.add({ name: "extension.js (loaded at start)", figure: size("dist/extension.js"), unit: "bytes", budget: { atMost: 40_000 } });
  report.add({ name: "chat.js (loaded with the panel)", figure: size("dist/chat.js"), unit: "bytes" });
  report.add({ name: "claude.js (loaded at first use)", figure: size("dist/claude.js"), unit: "bytes" });
}
