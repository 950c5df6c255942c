// `node scripts/l10n.mjs` makes l10n/bundle.l10n.json anew from all sentences in the code, for whoever translates them;
// `--check` ends with code 1 when it is not as the code has it.
import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { root } from "./places.mjs";

const bundleFile = path.join(root, "l10n", "bundle.l10n.json");

/**
 * The sentences that the code hands to `t`.
 * @param {string} file
 * @returns {readonly string[]}
 */
function sentencesOf(file) {
  const source = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true);
  /** @type {string[]} */
  const found = [];
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "t") {
      const [message] = node.arguments;
      if (message === undefined || !ts.isStringLiteral(message)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        throw new Error(`${path.relative(root, file)}:${line + 1}: t() takes its sentence as a literal: what is put together cannot be translated.`);
      }
      found.push(message.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The bundle as its file should be. */
export function makeBundle() {
  const files = globSync("src/**/*.{ts,tsx}", { cwd: root }).filter((file) => path.basename(file) !== "l10n.ts");
  const sentences = [...new Set(files.sort().flatMap((file) => sentencesOf(path.join(root, file))))].sort();
  return `${JSON.stringify(Object.fromEntries(sentences.map((sentence) => [sentence, sentence])), null, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const bundle = makeBundle();
  if (!process.argv.includes("--check")) {
    mkdirSync(path.dirname(bundleFile), { recursive: true });
    writeFileSync(bundleFile, bundle);
  } else if (readFileSync(bundleFile, "utf8") !== bundle) {
    console.error("l10n/bundle.l10n.json is not as the code has it. Run `node scripts/l10n.mjs`.");
    process.exit(1);
  }
}
