/** What lies in the storage folder, by what it is for. */
export const STORAGE_KINDS = ["journals", "index", "search", "blobs", "quarantine", "windows", "other"] as const;
export type StorageKind = (typeof STORAGE_KINDS)[number];

export interface StorageFile {
  /** From the storage folder on, with slashes. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface StorageSizes {
  readonly kinds: Readonly<Record<StorageKind, { readonly files: number; readonly sizeBytes: number }>>;
  /** The files that are nothing of Cairn's, or of another version's: the first `MAX_STRANGERS` of them. */
  readonly strangers: readonly StorageFile[];
}

const MAX_STRANGERS = 200;

/** Names in the storage folder itself that windows leave there. */
const WINDOW_FILES = /^(?:(?:panel|trash)\.json|(?:writers|feeds|locks|importing)\/.*|(?:.*\/)?(?:owner\.(?:\d+|[\w-]+\.tmp)|wanted))$/;

/** What a file of the storage folder is for, by its path. */
export function kindOf(path: string): StorageKind {
  if (/^index\.sqlite(?:\.|$)/.test(path)) return "index";
  const [first = ""] = path.split("/");
  if (path.includes("/") && (first === "search" || first === "blobs" || first === "quarantine")) return first;
  if (WINDOW_FILES.test(path)) return "windows";
  if (/^[\w-]+(?:\/[\w-]+)*\/[\w+-]+\.jsonl$/.test(path)) return "journals";
  return "other";
}

/** The sum of it. */
export function addUp(files: Iterable<StorageFile>): StorageSizes {
  const kinds = Object.fromEntries(STORAGE_KINDS.map((kind) => [kind, { files: 0, sizeBytes: 0 }])) as Record<StorageKind, { files: number; sizeBytes: number }>; // one entry a kind
  const strangers: StorageFile[] = [];
  for (const file of files) {
    const kind = kindOf(file.path);
    kinds[kind].files++;
    kinds[kind].sizeBytes += file.sizeBytes;
    if (kind === "other" && strangers.length < MAX_STRANGERS) strangers.push(file);
  }
  return { kinds, strangers };
}
