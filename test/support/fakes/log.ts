import type { Log } from "../../../src/core/ports";

export interface RecordingLog extends Log {
  /** What was logged, in order, as `level: message`. */
  readonly lines: string[];
}

/** A log that keeps its lines for a test to look at. */
export function createRecordingLog(): RecordingLog {
  const lines: string[] = [];
  const at = (level: string) => (message: string): void => void lines.push(`${level}: ${message}`);
  return { lines, error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug"), trace: at("trace") };
}
