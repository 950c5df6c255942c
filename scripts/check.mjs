// Lint, types, and the list of sentences for translators. Each counts as one test for `npm test`, which reads the counts from CAIRN_TEST_RESULT.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { nodeBinary, root } from "./places.mjs";
import { run } from "./processes.mjs";

const PROJECTS = ["tsconfig.json", "src/core/tsconfig.json", "src/webview/tsconfig.json"];

const tool = (/** @type {string} */ file, /** @type {readonly string[]} */ ...args) => run(nodeBinary, [path.join(root, "node_modules", file), ...args]);

async function checkTypes() {
  let isClean = true;
  for (const project of PROJECTS) isClean = (await tool("typescript/bin/tsc", "--noEmit", "-p", project)) === 0 && isClean;
  return isClean;
}

const [lint, types] = await Promise.all([tool("eslint/bin/eslint.js", ".", "--max-warnings=0").then((code) => code === 0), checkTypes()]);
const sentences = (await run(nodeBinary, [path.join(root, "scripts", "l10n.mjs"), "--check"])) === 0;
console.log(`lint: ${lint ? "clean" : "FAILED"}, types: ${types ? "clean" : "FAILED"}, sentences: ${sentences ? "listed" : "FAILED"}`);
const passed = Number(lint) + Number(types) + Number(sentences);
const resultFile = process.env["CAIRN_TEST_RESULT"];
if (resultFile) writeFileSync(resultFile, JSON.stringify({ passed, failed: 3 - passed, skipped: 0 }));
process.exit(passed === 3 ? 0 : 1);
