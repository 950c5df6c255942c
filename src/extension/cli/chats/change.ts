import { describeError } from "../../../core/base/errors";
import { t } from "../../../core/base/l10n";
import { Sessions } from "../../../core/chat/sessions";
import type { ChatState } from "../../../core/protocol/chatState";
import type { ChatEvent, EventBody } from "../../../core/protocol/events";
import { streamOf } from "../../../core/store/streams";
import { randomIds as ids, systemClock as clock } from "../../adapters/clock";
import { refuse, type Context, type ExitCode } from "../command";
import { withFolder, type DataValues } from "../open";
import { checkChats } from "./chat";
import { patientClaims } from "./patientClaims";

/** What a change of a chat is: the events that make it, or none where it is so already, and what is said of it. */
export interface Change {
  readonly events: readonly EventBody<ChatEvent>[];
  readonly said: string;
}

/**
 * Changes a chat as a window does that has it open: under a claim, from what all others have written, on disk before it is said to be
 * done. Refused while a window has the chat open.
 */
export function changeChat(chatId: string, values: DataValues, context: Context, decide: (chat: ChatState) => Change): Promise<ExitCode> {
  return withFolder(values, context, { changes: true }, async ({ journal, tables, root, logOf }) => {
    await checkChats(journal, [chatId], root);
    const owner = await patientClaims(journal.claims).claim(streamOf(chatId)).catch((error: unknown) => refuse(t("The folder {0} cannot be written: {1}. Check its permissions and what room is left.", root, describeError(error)), error));
    if (owner !== undefined) refuse(t("The chat is open in a window. Show another chat there, or close it, then try again."));
    // The windows' tables read by themselves what is written here: this process needs none.
    const sessions = new Sessions({ journal, tables: { ...tables, take: async () => undefined, find: async () => undefined }, clock, ids, log: logOf("chat"), mayWrite: async () => true });
    const { events, said } = decide(await sessions.state(chatId));
    if (events.length > 0) await store(sessions, chatId, events);
    await context.io.write(`${said}\n`);
    return 0;
  });
}

async function store(sessions: Sessions, chatId: string, events: readonly EventBody<ChatEvent>[]): Promise<void> {
  const stored = await sessions.append(chatId, events);
  // A window keeps in memory what the disk does not take; this process has no time for that.
  const problem = stored.ok ? sessions.problem(chatId) : stored.error.message;
  if (problem !== undefined) refuse(t("Nothing was changed: {0}.", problem));
}
