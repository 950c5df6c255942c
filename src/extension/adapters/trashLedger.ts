import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { check, dict, num, obj, type Check } from "../../core/base/check";
import { describeError } from "../../core/base/errors";
import type { Log } from "../../core/ports";
import { EMPTY_LEDGER, type HousekeepingOptions, type TrashLedger } from "../../core/store/housekeeping";
import { isCode } from "./systemErrors";
import { writeWhole } from "./wholeFile";

const stored = obj({ lookedAt: num, elapsedMs: num, chats: dict(obj({ deletedAt: num, seenMs: num })) });

/** The ledger as a file of all windows. One that cannot be read begins anew: chats then stay in the trash for longer, never shorter. */
export function createTrashLedger({ root, log }: { readonly root: string; readonly log: Log }): HousekeepingOptions["ledger"] {
  const file = path.join(root, "trash.json");
  return {
    async read() {
      try {
        const found = check(stored as Check<TrashLedger>, JSON.parse(await readFile(file, "utf8")));
        if (found.ok) return found.value;
        log.warn(`The ledger of the trash is damaged and begins anew: ${found.error.path}: ${found.error.message}`);
      } catch (error) {
        if (!isCode(error, "ENOENT")) log.warn(`The ledger of the trash begins anew: ${describeError(error)}`);
      }
      return EMPTY_LEDGER;
    },
    async write(ledger) {
      await mkdir(root, { recursive: true });
      await writeWhole(file, (handle) => handle.writeFile(JSON.stringify(ledger)));
    },
  };
}
