// Installs the packaged extension once a run. All servers of the run read that folder; none writes to it.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanEnv, installVsix } from "../../../scripts/editor.mjs";
import { vsixFile } from "../../../scripts/places.mjs";

const KEY = Symbol.for("cairn.e2e.extensions");
const shared = globalThis as typeof globalThis & { [KEY]?: Promise<string> };

/** The folder into which this version's .vsix is installed. Throws when it has not been packaged. */
export function installedExtensions(): Promise<string> {
  return (shared[KEY] ??= install());
}

async function install(): Promise<string> {
  const vsix = vsixFile();
  if (!existsSync(vsix)) throw new Error(`${vsix} is missing: run "npm run package" first, or "npm test -- e2e", which does.`);
  const scratch = mkdtempSync(join(tmpdir(), "cairn-ext-"));
  process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
  const extensionsDir = join(scratch, "extensions");
  await installVsix(vsix, { userDataDir: join(scratch, "data"), extensionsDir, env: cleanEnv(scratch) });
  return extensionsDir;
}
