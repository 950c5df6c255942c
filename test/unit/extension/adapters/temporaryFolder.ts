import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder of the test's own, and its removal. */
export async function createTemporaryFolder(): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "cairn-unit-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
