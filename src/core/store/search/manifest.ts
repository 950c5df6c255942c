import { arr, check, nat, obj, str, type Check, type Infer } from "../../base/check";
import { fail, ok, type Result } from "../../base/result";
import type { Checksum } from "./pages";

/** Version of everything in the index's folder; another version has a folder of its own. */
export const INDEX_VERSION = 1;

const fields = obj({
  version: nat,
  /** The number that the next journal file gets. */
  nextFileId: nat,
  files: arr(obj({ id: nat, stream: str, writer: str, readFrom: nat, doneTo: nat, mark: str })),
  segments: arr(obj({ name: str, sizeBytes: nat })),
});

/**
 * What the index holds: its segments, and of each journal file how far it was read. Blocks that end up to `doneTo` are in
 * the segments; reading goes on at `readFrom`, where the oldest one begins that had not ended. `mark` is the end of the last
 * line read, its checksum: other bytes there mean that the file was cut and went on differently. A file's number is never
 * used again: documents of a number that is not here are dropped when their segment is next written.
 */
export type Manifest = Infer<typeof fields>;
export type IndexedFile = Manifest["files"][number];

export const EMPTY_MANIFEST: Manifest = { version: INDEX_VERSION, nextFileId: 0, files: [], segments: [] };

/** As one line of JSON and one of its checksum. */
export function encodeManifest(manifest: Manifest, checksum: Checksum): string {
  const json = JSON.stringify(manifest);
  return `${json}\n${checksum(new TextEncoder().encode(json)).toString(16)}\n`;
}

/** Fails with one sentence on anything but what `encodeManifest` wrote in this version. */
export function decodeManifest(text: string, checksum: Checksum): Result<Manifest, string> {
  const [json = "", sum, rest] = text.split("\n");
  if (sum !== checksum(new TextEncoder().encode(json)).toString(16) || rest !== "") return fail("its checksum does not match");
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return fail("it is not JSON");
  }
  const found = check(fields as Check<Manifest>, value);
  if (!found.ok) return fail(`${found.error.path}: ${found.error.message}`);
  return found.value.version === INDEX_VERSION ? ok(found.value) : fail(`it is of version ${found.value.version}`);
}
