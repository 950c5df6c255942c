import type { Result } from "../../core/base/result";
import { defined } from "../../core/base/records";
import { attach } from "../../core/chat/attachments";
import type { Connection } from "../../core/chat/connection";
import type { ModelPicker } from "../../core/chat/modelPicker";
import type { Sessions } from "../../core/chat/sessions";
import type { Turns } from "../../core/chat/turns";
import type { EditorSnapshot, PanelMemory } from "../../core/ports";
import type { EditorContext } from "../../core/protocol/calls";
import type { Failure } from "../../core/protocol/failures";
import { CallError, type Handlers } from "../../core/protocol/rpc";
import type { Tables } from "../../core/store/tables";
import { withoutAttachedText } from "./pageView";

export interface HandlerOptions {
  readonly sessions: Sessions;
  readonly turns: Turns;
  readonly tables: Tables;
  readonly connection: Connection;
  readonly picker: ModelPicker;
  readonly panel: PanelMemory;
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

/** Answers the webview's calls. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { sessions, turns, tables, connection, picker, panel, editor, actions } = options;
  function attachmentFor(contextId: string | null): ReturnType<typeof attach> | undefined {
    if (contextId === null) return undefined;
    const snapshot = editor.snapshot(contextId);
    if (snapshot === undefined) throw new CallError("refused", "The attached file is no longer open. Remove it from the message or open it again, then send.");
    return attach(snapshot);
  }

  return {
    "panel.open": async () => {
      const { chatId, draft } = await panel.read();
      return { connection: connection.info, chatId: chatId ?? null, draft, model: picker.current(), models: connection.choices, context: editor.context() ?? null };
    },
    "panel.show": async ({ chatId }) => {
      await panel.change(({ draft }) => defined({ chatId: chatId ?? undefined, draft }));
      return {};
    },
    "draft.save": async ({ text }) => {
      await panel.change((before) => ({ ...before, draft: text }));
      return {};
    },

    "chat.attach": async ({ chatId }) => ({ chat: withoutAttachedText(await sessions.state(chatId)) }),
    "chat.list": async () => ({ chats: await tables.listChats(MAX_LISTED_CHATS) }),
    "chat.delete": async ({ chatId }) => {
      await turns.stop(chatId);
      orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.deleted", chatId }])));
      await panel.change((before) => (before.chatId === chatId ? { draft: before.draft } : before));
      return {};
    },
    "chat.restore": async ({ chatId }) => {
      orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.restored", chatId }])));
      return {};
    },

    "turn.submit": async ({ chatId, text, model, contextId }) => {
      const attachment = attachmentFor(contextId);
      const submitted = orRefuse(await turns.submit({ chatId: chatId ?? undefined, text, model: picker.resolve(model), attachment }));
      // The question is on disk: from here on it is no draft, even if the page that sent it has gone.
      await panel.change(({ draft }) => ({ chatId: submitted.chatId, draft: draft.trim() === text.trim() ? "" : draft }));
      return submitted;
    },
    "turn.stop": async ({ chatId }) => {
      if (await turns.stop(chatId)) return {};
      const isElsewhere = (await sessions.state(chatId)).turns.some((turn) => turn.status === "running");
      if (isElsewhere) throw new CallError("refused", "This answer is being written in another window. Stop it there.");
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
