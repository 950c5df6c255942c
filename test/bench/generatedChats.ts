import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { generateChats, type GeneratedChats } from "../support/chatGenerator";

/** CAIRN_BENCH_SHARE=0.1 measures a tenth of what budgets speak of. */
const SHARE = Number(process.env["CAIRN_BENCH_SHARE"] ?? 1);
const SIZE = { seed: 1, chats: 10_000 * SHARE, messages: 200_000 * SHARE, bytes: 403_000_000 * SHARE };

export interface GeneratedFolder {
  readonly root: string;
  readonly chats: GeneratedChats;
  /** What it took to write them, s. */
  readonly seconds: number;
}

let made: GeneratedFolder | undefined;

/** The folder that budgets speak of, written once for all benches of a run and removed when it ends. */
export function generatedFolder(): GeneratedFolder {
  if (made !== undefined) return made;
  const folder = mkdtempSync(path.join(tmpdir(), "cairn-bench-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const root = path.join(folder, "data");
  const began = performance.now();
  const chats = generateChats(root, SIZE);
  made = { root, chats, seconds: (performance.now() - began) / 1000 };
  return made;
}
