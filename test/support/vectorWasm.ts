import { readFile } from "node:fs/promises";
import path from "node:path";

/** The built kernel module, as it ships. Rejects when it was not built. */
export async function readVectorWasm(): Promise<Uint8Array> {
  const file = path.join(process.cwd(), "dist", "wasm", "vector.wasm");
  try {
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    throw new Error(`Cannot read ${file}: build it first with "npm run build", from the project's root.`, { cause });
  }
}

/** A log for adapters that only warn; keeps what it is told. */
export function recordingLog(): { readonly lines: string[]; warn(message: string): void } {
  const lines: string[] = [];
  return { lines, warn: (message) => void lines.push(message) };
}
