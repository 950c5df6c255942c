import { anything, arr, bool, check, describeCheckError, id, literal, nat, num, obj, opt, seqNumber, str, variants, type Check, type Infer } from "../base/check";
import { fail, ok, type Result } from "../base/result";
import { blobRef, blockKind, role } from "./blocks";
import { failure } from "./failures";

/** Version of the vocabulary that this build writes. Older lines are upcast on read; newer ones are left alone. */
export const EVENT_VERSION = 1;

/**
 * In every event: `seq` counts the durable events of a chat from 1; an ephemeral one repeats the last. `at` is ms since 1970.
 * `runId` names the agent run that an event belongs to, where there is one.
 */
const envelope = { v: nat, id, seq: seqNumber, at: num, runId: opt(id) } as const;
const chat = { ...envelope, chatId: id } as const;
const turn = { ...chat, turnId: id } as const;
/** What may happen in a chat's turn or outside of any: a lightbulb's edit, a background process, a lesson. */
const anywhere = { ...envelope, chatId: opt(id), turnId: opt(id) } as const;
const run = { ...anywhere, runId: id } as const;
/** Which of a turn's answers of the model a part belongs to, from 0: tools make one turn of many. */
const step = opt(nat);
/** Where the whole of a field is, when it is too large for a line: the field itself has an excerpt then, or `null`. */
const whole = opt(blobRef);

export const turnStatus = literal("done", "cancelled", "failed", "interrupted");
export type TurnStatus = Infer<typeof turnStatus>;

const piece = { blockId: id, offset: nat, text: str } as const;
/** `hunks` are the indexes of those meant; without it the whole edit is. */
const edit = { ...anywhere, editId: id, hunks: opt(arr(nat)) } as const;

/** The whole vocabulary: each type's check, from which its TypeScript type follows. */
export const eventChecks = {
  "chat.created": obj({ type: literal("chat.created"), ...chat, title: str, folder: opt(str), folderUri: opt(str), origin: opt(str) }),
  "chat.renamed": obj({ type: literal("chat.renamed"), ...chat, title: str }),
  "chat.pinned": obj({ type: literal("chat.pinned"), ...chat, isPinned: bool }),
  "chat.tagged": obj({ type: literal("chat.tagged"), ...chat, tags: arr(str) }),
  "chat.deleted": obj({ type: literal("chat.deleted"), ...chat }),
  "chat.restored": obj({ type: literal("chat.restored"), ...chat }),
  /** All of the chat is to be removed for good; stands in a stream of its own, since the chat's goes. */
  "chat.purged": obj({ type: literal("chat.purged"), ...chat }),
  /** A chat of that id is here again, though one was removed for good. */
  "chat.imported": obj({ type: literal("chat.imported"), ...chat }),
  "chat.forked": obj({ type: literal("chat.forked"), ...chat, fromChatId: id, fromTurnId: id }),
  /** `shownTurnId` is a turn of the branch that is to be seen from now on, until another turn begins. */
  "chat.settings": obj({ type: literal("chat.settings"), ...chat, model: opt(str), effort: opt(str), mode: opt(str), shownTurnId: opt(id) }),

  "turn.started": obj({ type: literal("turn.started"), ...turn, parentTurnId: opt(id), retryOf: opt(id), editOf: opt(id), model: str, effort: opt(str) }),
  "turn.queued": obj({ type: literal("turn.queued"), ...turn, position: nat }),
  /** The server is busy: the next try begins at `untilAt`. Ephemeral; whatever comes next of the turn ends it. */
  "turn.waiting": obj({ type: literal("turn.waiting"), ...turn, untilAt: num, attempt: nat, message: str }),
  "turn.ended": obj({ type: literal("turn.ended"), ...turn, status: turnStatus, stopReason: opt(str), failure: opt(failure) }),

  "block.started": obj({ type: literal("block.started"), ...turn, blockId: id, role, block: blockKind, step }),
  "block.delta": obj({ type: literal("block.delta"), ...turn, ...piece }),
  "block.part": obj({ type: literal("block.part"), ...turn, ...piece }),
  /** `block` says again what it is, where the end brought more of that. */
  "block.ended": obj({ type: literal("block.ended"), ...turn, blockId: id, block: opt(blockKind) }),

  "tool.requested": obj({ type: literal("tool.requested"), ...turn, callId: id, tool: str, input: anything, inputBlob: whole, step }),
  "tool.progress": obj({ type: literal("tool.progress"), ...turn, callId: id, text: str }),
  "tool.ended": obj({ type: literal("tool.ended"), ...turn, callId: id, status: literal("ok", "error", "denied", "cancelled"), output: str, outputBlob: whole, durationMs: num }),
  "approval.asked": obj({ type: literal("approval.asked"), ...turn, approvalId: id, callId: id, reason: str }),
  "approval.answered": obj({ type: literal("approval.answered"), ...turn, approvalId: id, answer: literal("allow", "deny"), rule: opt(str) }),
  "question.asked": obj({ type: literal("question.asked"), ...turn, questionId: id, text: str, choices: arr(str) }),
  "question.answered": obj({ type: literal("question.answered"), ...turn, questionId: id, answer: str, answerBlob: whole }),
  "todo.changed": obj({ type: literal("todo.changed"), ...turn, items: arr(obj({ text: str, status: literal("open", "active", "done") })) }),
  "plan.proposed": obj({ type: literal("plan.proposed"), ...turn, planId: id, text: str, textBlob: whole }),
  "plan.accepted": obj({ type: literal("plan.accepted"), ...turn, planId: id }),

  "edit.proposed": obj({ type: literal("edit.proposed"), ...edit, path: str, baseHash: str, edit: anything, editBlob: whole }),
  "edit.applied": obj({ type: literal("edit.applied"), ...edit, path: str, resultHash: str, inverse: anything, inverseBlob: whole }),
  "edit.kept": obj({ type: literal("edit.kept"), ...edit }),
  "edit.rejected": obj({ type: literal("edit.rejected"), ...edit, reason: opt(str) }),
  "edit.reverted": obj({ type: literal("edit.reverted"), ...edit }),
  "edit.survived": obj({ type: literal("edit.survived"), ...edit, afterMs: num }),
  "checkpoint.made": obj({ type: literal("checkpoint.made"), ...chat, checkpointId: id, label: str }),
  "checkpoint.restored": obj({ type: literal("checkpoint.restored"), ...chat, checkpointId: id }),

  "run.started": obj({ type: literal("run.started"), ...run, task: str, agent: opt(str) }),
  "run.step": obj({ type: literal("run.step"), ...run, step: nat, label: str }),
  "run.paused": obj({ type: literal("run.paused"), ...run, reason: str }),
  "run.resumed": obj({ type: literal("run.resumed"), ...run }),
  "run.ended": obj({ type: literal("run.ended"), ...run, status: turnStatus }),
  "process.started": obj({ type: literal("process.started"), ...anywhere, callId: opt(id), processId: id, command: str, cwd: str }),
  "process.ended": obj({ type: literal("process.ended"), ...anywhere, processId: id, exitCode: opt(num), signal: opt(str) }),

  "memory.learned": obj({ type: literal("memory.learned"), ...anywhere, patternId: id, pattern: anything }),
  "memory.used": obj({ type: literal("memory.used"), ...anywhere, patternIds: arr(id) }),
  "memory.judged": obj({ type: literal("memory.judged"), ...anywhere, patternId: id, outcome: literal("success", "failure"), evidence: str }),
  "memory.forgotten": obj({ type: literal("memory.forgotten"), ...anywhere, patternId: id }),
  "guard.made": obj({ type: literal("guard.made"), ...anywhere, guardId: id, guard: anything }),
  "guard.hit": obj({ type: literal("guard.hit"), ...anywhere, guardId: id, detail: str }),

  usage: obj({
    type: literal("usage"),
    ...turn,
    model: str,
    inputTokens: nat,
    outputTokens: nat,
    cacheReadTokens: nat,
    cacheWrite5mTokens: nat,
    cacheWrite1hTokens: nat,
    step,
  }),
  notice: obj({ type: literal("notice"), ...chat, turnId: opt(id), level: literal("info", "warning", "error"), text: str }),
} as const satisfies Record<string, Check<unknown>>;

export type EventType = keyof typeof eventChecks;
export type SessionEvent = { [T in EventType]: Infer<(typeof eventChecks)[T]> }[EventType];
export type EventOf<T extends EventType> = Infer<(typeof eventChecks)[T]>;
export type ChatEvent = Extract<SessionEvent, { readonly chatId: string }>;
/** What a writer says of an event; the envelope is added when it is appended. */
export type EventBody<E extends SessionEvent = SessionEvent> = E extends SessionEvent ? Omit<E, "v" | "id" | "seq" | "at"> : never;

export const sessionEvent = variants("type", eventChecks) as Check<SessionEvent>; // the union over the same table

const EPHEMERAL: ReadonlySet<EventType> = new Set<EventType>(["block.delta", "tool.progress", "turn.waiting"]);

/** Whether an event is stored. What is not is lost on a crash, by design: the next durable event repeats it. */
export function isDurable(event: { readonly type: EventType }): boolean {
  return !EPHEMERAL.has(event.type);
}

export type ReadFailure = { readonly code: "newer" | "damaged"; readonly message: string };

/** Whether a stored value says that a newer build wrote it, by its version or its type. */
export function isNewer(value: unknown): boolean {
  return newness(value) !== undefined;
}

function newness(value: unknown): string | undefined {
  const version = check(obj({ v: nat }), value);
  if (version.ok && version.value.v > EVENT_VERSION) return `written by a newer Cairn (event version ${version.value.v}, this one knows ${EVENT_VERSION})`;
  const type = check(obj({ type: str }), value);
  return type.ok && !Object.hasOwn(eventChecks, type.value.type) ? `an event of a type that this Cairn does not know (${type.value.type.slice(0, 100)})` : undefined;
}

/** Parses a stored event of any version up to this build's. Lines of a newer build, by version or type, are told apart from damage. */
export function readEvent(value: unknown): Result<SessionEvent, ReadFailure> {
  const newer = newness(value);
  if (newer !== undefined) return fail({ code: "newer", message: newer });
  const event = check(sessionEvent, value);
  return event.ok ? ok(event.value) : fail({ code: "damaged", message: describeCheckError(event.error) });
}
