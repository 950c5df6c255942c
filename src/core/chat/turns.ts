import { describeError } from "../base/errors";
import { grouped, t } from "../base/l10n";
import { defined } from "../base/records";
import { fail, ok, type Result } from "../base/result";
import { asModelFailure, type Blobs, type Clock, type Editor, type Ids, type Log, type Model, type ModelRequest } from "../ports";
import type { BlockKind } from "../protocol/blocks";
import type { ModelChoice } from "../protocol/calls";
import type { ChatEvent, EventBody, TurnStatus } from "../protocol/events";
import type { Failure } from "../protocol/failures";
import { AnswerWriter, MAX_PIECE_LENGTH } from "./answer";
import { fetchAttached } from "./attachedFiles";
import { pieces, type Attachment } from "./attachments";
import { makeFailure, waitReason, storageFailure } from "./failureText";
import { buildMessages, buildSystem, headOf, questionOf, questionsTo } from "./prompt";
import type { Sessions } from "./sessions";
import { titleFrom } from "./title";

/** The longest message, UTF-16 units: about a quarter of the smallest context window. */
export const MAX_MESSAGE_LENGTH = 400_000;
/** The longest answer asked for, tokens, where the model allows as much. */
const MAX_ANSWER_TOKENS = 64_000;
const DEFAULT_ANSWER_TOKENS = 32_000;
const MAX_ATTEMPTS = 3;
/** A server that names a longer wait than this is not waited for: the person decides. Any wait is shown and can be stopped. */
const MAX_WAIT_MS = 60_000;

export interface TurnsOptions {
  readonly sessions: Sessions;
  /** Where the texts of large attached files are. */
  readonly blobs: Pick<Blobs, "get">;
  /** The connection to Claude as it stands now. */
  readonly connect: () => Promise<Result<{ readonly model: Model; readonly choices: readonly ModelChoice[] }, Failure>>;
  readonly onOutcome: (failure: Failure | undefined) => void;
  readonly editor: Editor;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

export interface Question {
  /** Undefined begins a new chat. */
  readonly chatId: string | undefined;
  readonly text: string;
  readonly model: string;
  /** Undefined leaves it to the model. */
  readonly effort: string | undefined;
  readonly attachment: Attachment | undefined;
}

export type Chosen = Pick<Question, "model" | "effort">;

export interface EditedQuestion extends Chosen {
  readonly chatId: string;
  readonly turnId: string;
  readonly text: string;
  /** Block ids of the attachments that stay. */
  readonly keep: readonly string[];
}

interface Running {
  readonly turnId: string;
  readonly controller: AbortController;
  readonly finished: Promise<void>;
}

type Outcome = { readonly status: TurnStatus; readonly stopReason?: string; readonly failure?: Failure };

/** Asks Claude and writes down what happens: one running turn per chat, any number of chats. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #running = new Map<string, Running>();

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Stores the question, then lets the answer run. A failure means that nothing was stored and nothing sent. */
  async submit({ chatId, text, model, effort, attachment }: Question): Promise<Result<{ readonly chatId: string; readonly turnId: string }, Failure>> {
    const refused = refusal(text);
    if (refused !== undefined) return fail(refused);
    const { ids, editor, sessions } = this.#options;
    const id = chatId ?? ids.next();
    const turnId = ids.next();
    const state = await sessions.state(id);
    const folder = editor.folder();
    const created: EventBody<ChatEvent>[] =
      state.seq > 0 ? [] : [defined({ type: "chat.created" as const, chatId: id, title: titleFrom(text), folder: folder?.name, folderUri: folder?.uri })];
    // Another window may have deleted the chat that is shown here: asking on in it takes that back.
    if (state.isDeleted) created.push({ type: "chat.restored", chatId: id });
    // The chat keeps what it was last asked with, whatever other chats and windows choose.
    if (state.model !== model || state.effort !== effort) created.push(defined({ type: "chat.settings" as const, chatId: id, model, effort }));
    const started = defined({ type: "turn.started" as const, chatId: id, turnId, parentTurnId: headOf(state)?.turnId, model, effort });
    const blocks = [
      ...(attachment === undefined ? [] : writeBlock(id, turnId, ids.next(), attachment.block, attachment.text)),
      ...writeBlock(id, turnId, ids.next(), { kind: "text" }, text),
    ];
    const begun = await this.#begin(id, turnId, { model, effort }, [...created, started, ...blocks]);
    return begun.ok ? ok({ chatId: id, turnId }) : begun;
  }

  /** Asks the question of an earlier turn again, from the same place in the conversation. */
  async retry(chatId: string, turnId: string, { model, effort }: Chosen): Promise<Result<{ readonly turnId: string }, Failure>> {
    const state = await this.#options.sessions.state(chatId);
    const original = state.turns.find((turn) => turn.turnId === turnId);
    if (original === undefined) return fail({ code: "badRequest", message: t("This message is no longer there. Reload the window and try again.") });
    const newTurnId = this.#options.ids.next();
    const started = defined({ type: "turn.started" as const, chatId, turnId: newTurnId, parentTurnId: original.parentTurnId, retryOf: turnId, model, effort });
    const begun = await this.#begin(chatId, newTurnId, { model, effort }, [started]);
    return begun.ok ? ok({ turnId: newTurnId }) : begun;
  }

  /** Asks an earlier turn's question in other words, in its place. Of its attachments those named by their blocks go along. */
  async edit({ chatId, turnId, text, keep, model, effort }: EditedQuestion): Promise<Result<{ readonly turnId: string }, Failure>> {
    const { ids, sessions } = this.#options;
    const refused = refusal(text);
    if (refused !== undefined) return fail(refused);
    const state = await sessions.state(chatId);
    const original = state.turns.find((turn) => turn.turnId === turnId);
    if (original === undefined) return fail({ code: "badRequest", message: t("This message is no longer there. Reload the window and try again.") });
    const newTurnId = ids.next();
    const started = defined({ type: "turn.started" as const, chatId, turnId: newTurnId, parentTurnId: original.parentTurnId, editOf: turnId, model, effort });
    const kept = questionOf(state, original).filter(({ blockId, block }) => block.kind !== "text" && keep.includes(blockId));
    const blocks = [...kept.flatMap((block) => writeBlock(chatId, newTurnId, ids.next(), block.block, block.text)), ...writeBlock(chatId, newTurnId, ids.next(), { kind: "text" }, text)];
    const begun = await this.#begin(chatId, newTurnId, { model, effort }, [started, ...blocks]);
    return begun.ok ? ok({ turnId: newTurnId }) : begun;
  }

  /** Whether this window is writing an answer in the chat. */
  isRunning(chatId: string): boolean {
    return this.#running.has(chatId);
  }

  /** Ends the running answer of a chat; settles when its text is stored, to false when none runs in this window. */
  stop(chatId: string): Promise<boolean> {
    return this.#end(chatId, "cancelled");
  }

  /** Ends all running answers because the window closes: not by the person's wish, so each can be retried. */
  async interruptAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((chatId) => this.#end(chatId, "interrupted")));
  }

  async #end(chatId: string, status: AbortStatus): Promise<boolean> {
    const running = this.#running.get(chatId);
    running?.controller.abort(status);
    await running?.finished;
    return running !== undefined;
  }

  async #begin(chatId: string, turnId: string, { model, effort }: Chosen, events: readonly EventBody<ChatEvent>[]): Promise<Result<void, Failure>> {
    const { sessions, log } = this.#options;
    if (this.#running.has(chatId)) return fail({ code: "badRequest", message: t("An answer is still being written. Stop it first, or wait for it.") });
    const connected = await this.#options.connect();
    if (!connected.ok) return connected;
    if (this.#running.has(chatId)) return fail({ code: "badRequest", message: t("An answer is still being written. Stop it first, or wait for it.") });

    const controller = new AbortController();
    let settle = (): void => undefined;
    const finished = new Promise<void>((resolve) => (settle = resolve));
    this.#running.set(chatId, { turnId, controller, finished });
    sessions.markRunning(turnId, true);
    const end = (): void => {
      this.#running.delete(chatId);
      sessions.markRunning(turnId, false);
      settle();
    };
    try {
      const stored = await sessions.append(chatId, events);
      if (!stored.ok) {
        end();
        return fail(storageFailure(stored.error));
      }
    } catch (error) {
      end();
      throw error;
    }
    log.info(`Asked ${model}`);
    const choice = connected.value.choices.find((item) => item.id === model);
    void this.#run(chatId, turnId, connected.value.model, describe(model, effort, choice), controller)
      .catch((error: unknown) => log.error(`A turn failed: ${describeError(error)}`))
      .finally(end);
    return ok(undefined);
  }

  async #run(chatId: string, turnId: string, model: Model, settings: AnswerSettings, controller: AbortController): Promise<void> {
    const { sessions, blobs, clock, ids, editor, log, onOutcome } = this.#options;
    let notStored: Failure | undefined;
    const writer = new AnswerWriter({
      sessions, clock, ids, chatId, turnId,
      onStorageError: (error) => {
        notStored = storageFailure(error);
        controller.abort("cancelled" satisfies AbortStatus);
      },
    });
    let outcome: Outcome;
    try {
      const system = buildSystem(await editor.instructions());
      const chat = await sessions.state(chatId);
      const textOf = await fetchAttached(blobs, questionsTo(chat, turnId));
      if (textOf.ok) outcome = await this.#stream(model, { ...settings, system, messages: buildMessages(chat, turnId, textOf.value) }, writer, controller.signal);
      else outcome = { status: "failed", failure: textOf.error };
    } catch (error) {
      // A bug, or a port that broke its word: the turn must end all the same, or the chat would be stuck.
      log.error(`A turn failed: ${describeError(error)}`);
      outcome = { status: "failed", failure: makeFailure("unknown", { said: describeError(error) }) };
    }
    const isStored = await writer.finish({ type: "turn.ended", chatId, turnId, ...outcome });
    if (!isStored) {
      if (notStored !== undefined) outcome = { status: "failed", failure: notStored };
      const ended: EventBody<ChatEvent> = { type: "turn.ended", chatId, turnId, ...outcome };
      const stored = await sessions.append(chatId, [ended]);
      if (!stored.ok) await sessions.showUnsaved(chatId, [{ ...ended, status: "failed", failure: storageFailure(stored.error) }]);
    }
    log.info(`The answer ended: ${outcome.failure?.code ?? outcome.stopReason ?? outcome.status}`);
    if (outcome.status === "done" || outcome.failure !== undefined) onOutcome(outcome.failure);
  }

  /** Streams one answer; asks again when the server was busy and had not said anything yet. */
  async #stream(model: Model, request: ModelRequest, writer: AnswerWriter, signal: AbortSignal): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      try {
        let stopReason = "end_turn";
        for await (const event of model.stream(request, signal)) {
          if (event.type === "ended") stopReason = event.stopReason;
          else await writer.take(event);
        }
        if (signal.aborted) return { status: abortStatus(signal) };
        return finishOf(stopReason);
      } catch (error) {
        if (signal.aborted) return { status: abortStatus(signal) };
        const failure = asModelFailure(error)?.failure;
        if (failure === undefined) throw error;
        const waitMs = failure.retryAfterMs ?? 500 * 2 ** (attempt - 1);
        const isWorthWaiting = isBusy(failure) && !writer.hasText && attempt < MAX_ATTEMPTS && waitMs <= MAX_WAIT_MS;
        if (!isWorthWaiting) return { status: "failed", failure };
        this.#options.log.debug(`Attempt ${attempt}: ${failure.code}; asking again in ${waitMs} ms`);
        const { chatId, turnId } = writer;
        const untilAt = this.#options.clock.now() + waitMs;
        this.#options.sessions.show(chatId, { type: "turn.waiting", chatId, turnId, untilAt, attempt: attempt + 1, message: waitReason(failure.code) });
        await this.#wait(waitMs, signal);
        if (signal.aborted) return { status: abortStatus(signal) };
      }
    }
  }

  #wait(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(delayMs, resolve);
      signal.addEventListener("abort", () => (timer.dispose(), resolve()), { once: true });
    });
  }
}

/** Why no question can be asked in these words. */
function refusal(text: string): Failure | undefined {
  if (text.trim() === "") return { code: "badRequest", message: t("Write a message first.") };
  if (text.length <= MAX_MESSAGE_LENGTH) return undefined;
  return { code: "tooLarge", message: t("The message has {0} characters; the limit is {1}. Shorten it, or send it in parts.", grouped(text.length), grouped(MAX_MESSAGE_LENGTH)) };
}

type AbortStatus = "cancelled" | "interrupted";

function abortStatus(signal: AbortSignal): AbortStatus {
  return signal.reason === ("interrupted" satisfies AbortStatus) ? "interrupted" : "cancelled";
}

type AnswerSettings = Pick<ModelRequest, "model" | "maxTokens" | "hasAdaptiveThinking" | "effort">;

function describe(model: string, effort: string | undefined, choice: ModelChoice | undefined): AnswerSettings {
  const maxTokens = choice?.maxTokens === undefined ? DEFAULT_ANSWER_TOKENS : Math.min(choice.maxTokens, MAX_ANSWER_TOKENS);
  const listed = effort !== undefined && choice?.efforts.includes(effort) === true ? effort : undefined;
  return defined({ model, maxTokens, hasAdaptiveThinking: choice?.hasAdaptiveThinking ?? false, effort: listed });
}

function isBusy(failure: Failure): boolean {
  return failure.code === "rateLimited" || failure.code === "overloaded" || failure.code === "serverError";
}

function finishOf(stopReason: string): Outcome {
  if (stopReason === "refusal") return { status: "failed", stopReason, failure: makeFailure("refusal") };
  if (stopReason === "model_context_window_exceeded") return { status: "failed", stopReason, failure: makeFailure("contextExceeded") };
  return { status: "done", stopReason };
}

function writeBlock(chatId: string, turnId: string, blockId: string, block: BlockKind, text: string): readonly EventBody<ChatEvent>[] {
  return [
    { type: "block.started", chatId, turnId, blockId, role: "user", block },
    ...[...pieces(text, MAX_PIECE_LENGTH)].map((piece): EventBody<ChatEvent> => ({ type: "block.part", chatId, turnId, blockId, ...piece })),
    { type: "block.ended", chatId, turnId, blockId },
  ];
}
