/** A file in the folder of blobs. */
export interface BlobFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** When it was last written or touched, ms since 1970. */
  readonly touchedAt: number;
}

/** The folder of blobs, file by file: a blob's name is its hash. All reject with the system's errors. */
export interface BlobFiles {
  /** All that lies there. */
  list(): Promise<readonly BlobFile[]>;
  /** One of them; undefined when it is not there. */
  look(name: string): Promise<BlobFile | undefined>;
  read(name: string): Promise<Uint8Array | undefined>;
  /** Writes a file that is there whole and durable, its name too, when this settles; in the place of one that is there. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Makes a file younger than it was, whatever the clock says. False when it is not there. */
  touch(name: string): Promise<boolean>;
  /** In the place of one that has the new name. False when it is not there. */
  rename(name: string, to: string): Promise<boolean>;
  remove(name: string): Promise<void>;
  /** SHA-256, in hex. */
  hash(bytes: Uint8Array): Promise<string>;
}

/** The name of a blob that a sweep has put aside, until it is sure; each sweep takes names of its own. */
export function asideName(sha256: string, sweep: string): string {
  return `${sha256}.${sweep}.aside`;
}

/** The blob that was put aside under this name, if it is such a name. */
export function putAside(name: string): string | undefined {
  return /^([0-9a-f]{64})\.[A-Za-z0-9]+\.aside$/.exec(name)?.[1];
}
