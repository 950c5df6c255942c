// Stands in for VS Code's native log writer in code-server, which setup.mjs installs without a compiler. Without one, VS Code
// goes on but writes no log file and every output channel stays empty, Cairn's too. Files are not rotated: one start, one file.
import { appendFileSync, mkdirSync } from "node:fs";
import path from "node:path";

const LEVELS = ["trace", "debug", "info", "warning", "error", "critical"];

export const version = 0;
export function setLevel() {}
export function setFlushOn() {}

/**
 * @param {string} _name
 * @param {string} file
 */
export async function createRotatingLogger(_name, file) {
  mkdirSync(path.dirname(file), { recursive: true });
  let level = 0;
  let isRaw = false;
  const write = (/** @type {number} */ severity, /** @type {string} */ message) => {
    if (severity >= level) appendFileSync(file, isRaw ? message : `${localTime(new Date())} [${LEVELS[severity]}] ${message}\n`);
  };
  const methods = { trace: 0, debug: 1, info: 2, warn: 3, error: 4, critical: 5 };
  return {
    ...Object.fromEntries(Object.entries(methods).map(([name, severity]) => [name, (/** @type {string} */ message) => write(severity, message)])),
    getLevel: () => level,
    setLevel: (/** @type {number} */ value) => void (level = value),
    setPattern() {},
    clearFormatters: () => void (isRaw = true),
    flush() {},
    drop() {},
  };
}

export const createAsyncRotatingLogger = createRotatingLogger;

/** @param {Date} date */
function localTime(date) {
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return shifted.toISOString().replace("T", " ").replace("Z", "");
}
