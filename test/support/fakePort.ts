import { disposable } from "../../src/core/base/disposables";
import type { BlockKind } from "../../src/core/protocol/blocks";
import type { ChatSummary, Connection, EditorContext, HostEventName, HostEvents, Method, ModelChoice } from "../../src/core/protocol/calls";
import { emptyChat, type ChatState } from "../../src/core/protocol/chatState";
import { EVENT_VERSION, isDurable, type ChatEvent, type EventBody, type SessionEvent } from "../../src/core/protocol/events";
import { reduce } from "../../src/core/protocol/reduce";
import { CallError, serve, type FramePort, type Handlers } from "../../src/core/protocol/rpc";

/** Both ends of a channel in memory. Frames are copied, as between processes, and arrive in order on a later microtask. */
export function createPortPair(): { readonly webview: FramePort; readonly host: FramePort } {
  const toWebview = new Set<(frame: unknown) => void>();
  const toHost = new Set<(frame: unknown) => void>();
  const end = (incoming: Set<(frame: unknown) => void>, outgoing: Set<(frame: unknown) => void>): FramePort => ({
    post(frame) {
      const copy = structuredClone(frame);
      queueMicrotask(() => outgoing.forEach((listener) => listener(copy)));
    },
    onFrame(listener) {
      incoming.add(listener);
      return disposable(() => incoming.delete(listener));
    },
  });
  return { webview: end(toWebview, toHost), host: end(toHost, toWebview) };
}

type Body = EventBody<ChatEvent>;

export interface FakeHostOptions {
  readonly connection?: Partial<Connection>;
  readonly chatId?: string;
  /** The draft of the chat that is shown at the start. */
  readonly draft?: string;
  /** Drafts of other chats; the key "" is the chat not begun. */
  readonly drafts?: Readonly<Record<string, string>>;
  readonly model?: string;
  readonly effort?: string;
  readonly models?: readonly ModelChoice[];
  readonly context?: EditorContext;
  readonly examples?: readonly string[];
  /** The events of each chat there is at the start. */
  readonly chats?: Readonly<Record<string, readonly Body[]>>;
  /** Time of the first event, ms since 1970; each one after it is a second later. */
  readonly startAt?: number;
  /** Handlers that stand in for the usual ones. */
  readonly handlers?: Partial<Handlers>;
}

export interface FakeHost {
  /** The webview's end. */
  readonly port: FramePort;
  /** Every call that was made, in order. */
  readonly calls: readonly { readonly method: Method; readonly params: unknown }[];
  readonly problems: readonly string[];
  send<E extends HostEventName>(name: E, data: HostEvents[E]): void;
  connect(connection: Partial<Connection>): void;
  chat(chatId: string): ChatState;
  /** Appends events to their chat and posts them as one batch. */
  emit(...bodies: readonly Body[]): readonly SessionEvent[];
  /** Appends them without a word to the webview, as if the batch were lost. */
  lose(...bodies: readonly Body[]): void;
}

/** The host's end of the panel, played by a script: journals are lists, and answers come when the test says so. */
export function createFakeHost(options: FakeHostOptions = {}): FakeHost {
  const { webview, host } = createPortPair();
  const chats = new Map<string, ChatState>();
  const calls: { method: Method; params: unknown }[] = [];
  const problems: string[] = [];
  let connection: Connection = { status: "ready", offersEnvironmentKey: false, ...options.connection };
  let shownId = options.chatId ?? null;
  const drafts = new Map([...Object.entries(options.drafts ?? {}), [shownId ?? "", options.draft ?? ""] as const]);
  let eventCount = 0;
  let turnCount = Object.values(options.chats ?? {}).flat().filter((body) => body.type === "turn.started").length;

  function append(body: Body): SessionEvent {
    const state = chats.get(body.chatId) ?? emptyChat(body.chatId);
    const at = (options.startAt ?? 0) + 1000 * eventCount;
    const event = { ...body, v: EVENT_VERSION, id: `e${++eventCount}`, at, seq: state.seq + (isDurable(body) ? 1 : 0) } as SessionEvent; // the envelope completes the body
    chats.set(body.chatId, reduce(state, event));
    return event;
  }

  function chat(chatId: string): ChatState {
    const state = chats.get(chatId);
    if (state === undefined) throw new CallError("refused", `There is no chat ${chatId}.`);
    return state;
  }

  function emit(...bodies: readonly Body[]): readonly SessionEvent[] {
    const events = bodies.map(append);
    server.send("chat.events", { events });
    return events;
  }

  function ask(chatId: string, text: string, { model, effort }: { readonly model: string; readonly effort: string | null }): string {
    const turnId = `t${++turnCount}`;
    const question: BlockKind = { kind: "text" };
    const base = { chatId, turnId, blockId: `${turnId}q` };
    emit(
      ...(chats.has(chatId) ? [] : [{ type: "chat.created", chatId, title: text.split("\n")[0] ?? "" } as const]),
      { type: "turn.started", chatId, turnId, model, ...effortOf(effort) },
      { type: "block.started", ...base, role: "user", block: question },
      { type: "block.part", ...base, offset: 0, text },
      { type: "block.ended", ...base },
    );
    return turnId;
  }

  /** A chat of its own with the turns that `from` has so far. */
  function copy(from: string, title: string): { readonly chatId: string } {
    const chatId = `c${chats.size + 1}`;
    chats.set(chatId, { ...chat(from), chatId, title });
    return { chatId };
  }

  const none = (): Record<string, never> => ({});
  const usual: Handlers = {
    "panel.open": () => ({
      connection,
      chatId: shownId,
      draft: drafts.get(shownId ?? "") ?? "",
      model: options.model ?? "model-a",
      effort: options.effort ?? null,
      models: [],
      context: options.context ?? null,
      examples: options.examples ?? [],
      isTab: false,
    }),
    "panel.show": ({ chatId }) => {
      shownId = chatId;
      return {};
    },
    "draft.save": ({ chatId, text }) => {
      drafts.set(chatId ?? "", text);
      return {};
    },
    "chat.attach": ({ chatId }) => ({ chat: chat(chatId), draft: drafts.get(chatId) ?? "", isWhole: true, isElsewhere: false, unsaved: null }),
    "chats.save": () => ({}),
    "chat.takeOver": () => ({}),
    "chat.earlier": ({ chatId }) => ({ chat: chat(chatId), isWhole: true }),
    "chat.list": ({ filter, limit }) => {
      const found = [...chats.values()].filter((state) => state.isDeleted === (filter.isTrash ?? false)).map(summaryOf).sort((left, right) => right.updatedAt - left.updatedAt);
      return { chats: found.slice(0, limit), facets: { folders: [], models: [], agents: [], tags: [] }, hasMore: found.length > limit };
    },
    "chat.pin": none,
    "chat.tag": none,
    "chat.purge": none,
    "history.search": () => ({ hits: [], cursor: null, count: 0, isExact: true, isComplete: true }),
    "chat.delete": ({ chatId }) => changed(emit({ type: "chat.deleted", chatId })),
    "chat.restore": ({ chatId }) => changed(emit({ type: "chat.restored", chatId })),
    "chat.rename": ({ chatId, title }) => changed(emit({ type: "chat.renamed", chatId, title })),
    "chat.duplicate": ({ chatId }) => copy(chatId, `${chat(chatId).title} (copy)`),
    "chat.continueInNew": ({ chatId }) => copy(chatId, chat(chatId).title),
    "chat.fork": ({ chatId }) => copy(chatId, `${chat(chatId).title} (fork)`),
    "chat.showBranch": ({ chatId, turnId }) => changed(emit({ type: "chat.settings", chatId, shownTurnId: turnId })),
    "chat.openInTab": none,
    "turn.submit": ({ chatId, text, ...choice }) => {
      const id = chatId ?? `c${chats.size + 1}`;
      return { chatId: id, turnId: ask(id, text, choice) };
    },
    "turn.stop": ({ chatId }) => {
      const running = chat(chatId).turns.find((turn) => turn.status === "running");
      if (running !== undefined) emit({ type: "turn.ended", chatId, turnId: running.turnId, status: "cancelled" });
      return {};
    },
    "turn.retry": ({ chatId, turnId: retryOf, model, effort }) => {
      const turnId = `t${++turnCount}`;
      emit({ type: "turn.started", chatId, turnId, retryOf, model, ...effortOf(effort) });
      return { turnId };
    },
    "turn.edit": ({ chatId, turnId: editOf, text, model, effort }) => {
      const turnId = `t${++turnCount}`;
      const base = { chatId, turnId, blockId: `${turnId}q` };
      emit(
        { type: "turn.started", chatId, turnId, editOf, model, ...effortOf(effort) },
        { type: "block.started", ...base, role: "user", block: { kind: "text" } },
        { type: "block.part", ...base, offset: 0, text },
        { type: "block.ended", ...base },
      );
      return { turnId };
    },
    "models.list": () => ({ models: options.models ?? [{ id: "model-a", name: "Model A", hasAdaptiveThinking: false, efforts: [] }], model: options.model ?? "model-a" }),
    "model.choose": ({ chatId, model, effort }) => (chatId === null ? {} : changed(emit({ type: "chat.settings", chatId, model, ...effortOf(effort) }))),
    "code.insert": none,
    "code.newFile": none,
    "key.set": none,
    "key.answerEnvironment": none,
    "demo.choose": none,
    "link.open": none,
    "log.show": none,
  };

  function changed(_events: readonly SessionEvent[]): Record<string, never> {
    server.send("chats.changed", {});
    return {};
  }

  const handlers = { ...usual, ...options.handlers };
  const noted = Object.fromEntries(
    Object.entries(handlers).map(([method, handler]) => [
      method,
      (params: never, signal: AbortSignal) => {
        calls.push({ method: method as Method, params }); // the handlers' own key
        return handler(params, signal);
      },
    ]),
  ) as unknown as Handlers; // the same keys, each with its own handler inside
  const server = serve(host, noted, (problem) => problems.push(problem));
  for (const bodies of Object.values(options.chats ?? {})) bodies.forEach(append);

  return {
    port: webview,
    calls,
    problems,
    send: server.send,
    connect(change) {
      connection = { ...connection, ...change };
      server.send("connection.changed", { connection });
    },
    chat,
    emit,
    lose: (...bodies) => void bodies.map(append),
  };
}

function summaryOf({ chatId, title, updatedAt, turns }: ChatState): ChatSummary {
  return { chatId, title, updatedAt, turnCount: turns.length, isRunning: turns.some((turn) => turn.status === "running"), isPinned: false, tags: [], hasEdits: false };
}

function effortOf(effort: string | null): { readonly effort?: string } {
  return effort === null ? {} : { effort };
}
