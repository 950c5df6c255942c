import { describeError } from "../../core/base/errors";
import type { Result } from "../../core/base/result";
import { withoutAttachedText } from "./pageView";
import { attach } from "../../core/chat/attachments";
import type { Connection } from "../../core/chat/connection";
import type { ModelPicker } from "../../core/chat/modelPicker";
import type { Sessions } from "../../core/chat/sessions";
import type { Turns } from "../../core/chat/turns";
import type { EditorSnapshot, Log, Memento } from "../../core/ports";
import type { EditorContext } from "../../core/protocol/calls";
import type { Failure } from "../../core/protocol/failures";
import { CallError, type Handlers } from "../../core/protocol/rpc";
import type { Tables } from "../../core/store/tables";

export interface HandlerOptions {
  readonly sessions: Sessions;
  readonly turns: Turns;
  readonly tables: Tables;
  readonly connection: Connection;
  readonly picker: ModelPicker;
  readonly windowMemento: Memento;
  readonly log: Log;
  readonly editor: { context(): EditorContext | undefined; snapshot(contextId: string): EditorSnapshot | undefined };
  readonly actions: {
    setKey(): void;
    answerEnvironmentKey(use: boolean): void;
    chooseDemo(use: boolean): Promise<void>;
    openLink(href: string): Promise<void>;
    showLog(): void;
  };
}

/** History shows this many chats; older ones wait for search. */
const MAX_LISTED_CHATS = 500;
const SHOWN_CHAT = "shownChatId";
const DRAFT = "draft";

/** Answers the webview's calls. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { sessions, turns, tables, connection, picker, windowMemento, editor, actions, log } = options;
  const remembered = (key: string): string | undefined => {
    const value = windowMemento.get(key);
    return typeof value === "string" ? value : undefined;
  };

  async function remember(key: string, value: string | undefined): Promise<void> {
    try {
      await windowMemento.set(key, value);
    } catch (error) {
      log.warn(`The window's state was not kept: ${describeError(error)}`);
    }
  }

  function attachmentFor(contextId: string | null): ReturnType<typeof attach> | undefined {
    if (contextId === null) return undefined;
    const snapshot = editor.snapshot(contextId);
    if (snapshot === undefined) throw new CallError("refused", "The attached file is no longer open. Remove it from the message or open it again, then send.");
    return attach(snapshot);
  }

  return {
    "panel.open": () => ({
      connection: connection.info,
      chatId: remembered(SHOWN_CHAT) ?? null,
      draft: remembered(DRAFT) ?? "",
      model: picker.current(),
      models: connection.choices,
      context: editor.context() ?? null,
    }),
    "panel.show": async ({ chatId }) => {
      await windowMemento.set(SHOWN_CHAT, chatId ?? undefined);
      return {};
    },
    "draft.save": async ({ text }) => {
      await windowMemento.set(DRAFT, text);
      return {};
    },

    "chat.attach": async ({ chatId }) => ({ chat: withoutAttachedText(await sessions.state(chatId)) }),
    "chat.list": async () => ({ chats: await tables.listChats(MAX_LISTED_CHATS) }),
    "chat.delete": async ({ chatId }) => {
      await turns.stop(chatId);
      orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.deleted", chatId }])));
      if (remembered(SHOWN_CHAT) === chatId) await remember(SHOWN_CHAT, undefined);
      return {};
    },
    "chat.restore": async ({ chatId }) => {
      orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.restored", chatId }])));
      return {};
    },

    "turn.submit": async ({ chatId, text, model, contextId }) => {
      const attachment = attachmentFor(contextId);
      const submitted = orRefuse(await turns.submit({ chatId: chatId ?? undefined, text, model: picker.resolve(model), attachment }));
      // The question is on disk: what the window remembers beside it must not make it look refused.
      await remember(SHOWN_CHAT, submitted.chatId);
      if (remembered(DRAFT)?.trim() === text.trim()) await remember(DRAFT, "");
      return submitted;
    },
    "turn.stop": async ({ chatId }) => {
      await turns.stop(chatId);
      return {};
    },
    "turn.retry": async ({ chatId, turnId, model }) => orRefuse(await turns.retry(chatId, turnId, picker.resolve(model))),

    "models.list": (_params, signal) => picker.list(signal),
    "model.choose": async ({ model }) => {
      await picker.choose(model);
      return {};
    },

    // Both take as long as the person does, and report what goes wrong themselves.
    "key.set": () => {
      actions.setKey();
      return {};
    },
    "key.answerEnvironment": ({ use }) => {
      actions.answerEnvironmentKey(use);
      return {};
    },
    "demo.choose": async ({ use }) => {
      await actions.chooseDemo(use);
      return {};
    },
    "link.open": async ({ href }) => {
      await actions.openLink(href);
      return {};
    },
    "log.show": () => {
      actions.showLog();
      return {};
    },
  };
}

function orRefuse<T>(result: Result<T, Failure>): T {
  if (result.ok) return result.value;
  throw new CallError("refused", result.error.message);
}

function storageFailure<T>(result: Result<T, { readonly message: string }>): Result<T, Failure> {
  if (result.ok) return result;
  return { ok: false, error: { code: "storage", message: `The change could not be saved: ${result.error.message}. Free some space or check the folder's permissions, then try again.` } };
}
