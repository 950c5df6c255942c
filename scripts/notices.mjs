// The licences of the packages that are bundled into dist/, as their authors ask for them to be passed on.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./places.mjs";

/** Copied into dist/ as they are, so that no bundle names them. */
const COPIED = ["sql.js", "@vscode/codicons"];

/**
 * @param {readonly { readonly inputs: Record<string, unknown> }[]} metafiles what esbuild says of each build
 * @returns {string}
 */
export function makeNotices(metafiles) {
  const inputs = metafiles.flatMap(({ inputs: files }) => Object.keys(files));
  const bundled = inputs.flatMap((file) => /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  const notices = [...new Set([...bundled, ...COPIED])].sort().map(noticeOf);
  return `Cairn contains the following software, under these licences.\n\n${notices.join("\n\n")}\n`;
}

/** @param {string} name */
function noticeOf(name) {
  const folder = path.join(root, "node_modules", name);
  const { version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const text = files.map((file) => readFileSync(path.join(folder, file), "utf8").trim()).join("\n\n");
  return `${"=".repeat(80)}\n${name} ${version} (${license})\n\n${text === "" ? `Its package holds no licence text; it is under ${license}.` : text}`;
}
