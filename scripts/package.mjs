// Packages what is built into one cairn-<version>.vsix at the root. `npm run build` comes first.
import { existsSync, globSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { createVSIX, listFiles, PackageManager } from "@vscode/vsce";
import { root, vsixFile } from "./places.mjs";

/** What an Anthropic key looks like; vsce's own search for secrets does not know it. */
const KEY = /sk-ant-[\w-]{8}/;

try {
  if (!existsSync(path.join(root, "dist", "extension.js"))) throw new Error('dist/extension.js is missing: run "npm run build" first.');
  for (const old of globSync("*.vsix", { cwd: root })) rmSync(path.join(root, old));

  const files = await listFiles({ cwd: root, packageManager: PackageManager.None });
  const leaking = files.find((file) => KEY.test(readFileSync(path.join(root, file), "latin1")));
  if (leaking) throw new Error(`${leaking} holds what looks like an API key (sk-ant-…), and it would be in the package. Take it out, or exclude the file in .vscodeignore.`);

  await createVSIX({ cwd: root, packagePath: vsixFile(), dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
  console.log(`${path.basename(vsixFile())}: ${statSync(vsixFile()).size} bytes, ${files.length} files`);
} catch (error) {
  console.error(`cairn: no package was made. ${/** @type {Error} */ (error).message}`);
  process.exit(1);
}
