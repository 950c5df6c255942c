import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ChildTask } from "./child";
import type { Ack } from "./window";

export interface Writing {
  readonly process: ChildProcess;
  readonly acks: readonly Ack[];
  /** Settles at the first acknowledgement, or when the process ended without one. */
  readonly begun: Promise<void>;
  /** When all that it said is read: how it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
}

/** Starts a writing process and listens to what it acknowledges. */
export function startWriting(script: string, task: ChildTask): Writing {
  const child = spawn(process.execPath, [script, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
  const acks: Ack[] = [];
  const lines = createInterface({ input: child.stdout });
  // Killed in the midst of a sentence, it has acknowledged nothing by it.
  lines.on("line", (line) => void (line.endsWith("}") && acks.push(JSON.parse(line) as Ack))); // said by child.ts
  const exited = once(child, "exit") as Promise<[number | null, string | null]>;
  const ended = once(lines, "close").then(async () => {
    const [code, signal] = await exited;
    return { code, signal };
  });
  const begun = Promise.race([once(lines, "line"), ended]).then(() => undefined);
  return { process: child, acks, begun, ended };
}
