import { describeError } from "../base/errors";
import { t } from "../base/l10n";
import { fail, ok, type Result } from "../base/result";
import type { Log, StorageError } from "../ports";
import type { Session } from "./session";

export interface WriteClaimOptions {
  /** Whether this window may write to a chat: false when another one has it. Where claims have numbers, a new one says that others may have written in between. */
  readonly mayWrite: (chatId: string) => Promise<boolean | number>;
  readonly log: Log;
}

/** The claim under which this window may write to the chat. Fails where another window has it. */
export async function claimFor({ state: { chatId }, claim: last }: Session, { mayWrite, log }: WriteClaimOptions): Promise<Result<true | number, StorageError>> {
  try {
    const claim = await mayWrite(chatId);
    if (claim !== false) return ok(claim);
    return fail({ code: "elsewhere", message: t("This chat is open in another window. Choose “Continue here” to go on with it in this one.") });
  } catch (error) {
    // The journal keeps whole without; what is wrong with the folder it says itself.
    log.warn(`It cannot be told which window has a chat: ${describeError(error)}`);
    return ok(last);
  }
}
