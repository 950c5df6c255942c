import type { LogOutputChannel } from "vscode";
import type { Log } from "../../core/ports";

/** A room's part of the one output channel; its name stands before each line. */
export function createLog(channel: LogOutputChannel, room: string): Log {
  const prefixed = (message: string): string => `[${room}] ${message}`;
  return {
    error: (message) => channel.error(prefixed(message)),
    warn: (message) => channel.warn(prefixed(message)),
    info: (message) => channel.info(prefixed(message)),
    debug: (message) => channel.debug(prefixed(message)),
    trace: (message) => channel.trace(prefixed(message)),
  };
}
