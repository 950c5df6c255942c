import { t } from "../../core/base/l10n";
import type { Result } from "../../core/base/result";
import { defined } from "../../core/base/records";
import { attach } from "../../core/chat/attachments";
import { continueChat, duplicateChat, forkChat, type Copy } from "../../core/chat/copies";
import type { Connection } from "../../core/chat/connection";
import type { Ownership } from "../../core/chat/ownership";
import type { ModelPicker } from "../../core/chat/modelPicker";
import type { Sessions } from "../../core/chat/sessions";
import { chatName } from "../../core/chat/title";
import type { Turns } from "../../core/chat/turns";
import type { EditorSnapshot, Ids, PanelMemory, PanelState, StorageError } from "../../core/ports";
import type { ChatFilter, EditorContext, Reply } from "../../core/protocol/calls";
import type { ChatState } from "../../core/protocol/chatState";
import type { Failure } from "../../core/protocol/failures";
import { CallError, type Handlers } from "../../core/protocol/rpc";
import type { Tables } from "../../core/store/tables";
import { withoutAttachedText } from "./pageView";

export interface HandlerOptions {
  readonly sessions: Sessions;
  readonly turns: Turns;
  readonly tables: Tables;
  readonly ownership: Pick<Ownership, "take" | "takeOver">;
  readonly connection: Connection;
  readonly picker: ModelPicker;
  readonly panel: PanelMemory;
  /** Whether the page stands in an editor tab. */
  readonly isTab: boolean;
  /** A draft changed in this page: the others that show the chat have the same. */
  readonly onDraft: (chatId: string | null, text: string) => void;
  readonly ids: Ids;
  readonly editor: {
    context(): EditorContext | undefined;
    snapshot(contextId: string): EditorSnapshot | undefined;
    folder(): { readonly name: string; readonly uri: string } | undefined;
    /** Questions about what is open, for a panel that has nothing to show yet. */
    examples(): readonly string[];
    /** Puts text where the cursor is, in place of what is selected; says why when it cannot. */
    insert(text: string): Promise<void>;
    newFile(text: string, language: string): Promise<void>;
  };
  readonly actions: {
    setKey(): void;
    answerEnvironmentKey(use: boolean): void;
    chooseDemo(use: boolean): Promise<void>;
    openLink(href: string): Promise<void>;
    openInTab(chatId: string): Promise<void>;
    /** Asks, then removes a chat from the trash for good, or all that are in it. */
    emptyTrash(chatId?: string): void;
    search(text: string, filter: ChatFilter, cursor: string | undefined): Promise<Reply<"history.search">>;
    showLog(): void;
  };
}

/** So many chats are listed at most; others are found by filter and search. */
const MAX_LISTED_CHATS = 1_000;
const MAX_TAGS = 20;
const MAX_TAG_LENGTH = 40;
/** A page of earlier turns is one message to the panel: larger ones would hold it up. */
const MAX_PAGE_TURNS = 200;

/** Answers the webview's calls. */
export function createHandlers(options: HandlerOptions): Handlers {
  const { sessions, turns, tables, ownership, connection, picker, panel, isTab, onDraft, ids, editor, actions } = options;
  function attachmentFor(contextId: string | null): ReturnType<typeof attach> | undefined {
    if (contextId === null) return undefined;
    const snapshot = editor.snapshot(contextId);
    if (snapshot === undefined) throw new CallError("refused", t("The attached file is no longer open. Remove it from the message or open it again, then send."));
    return attach(snapshot);
  }

  async function existing(chatId: string): Promise<ChatState> {
    const chat = await sessions.state(chatId);
    if (chat.seq === 0) throw new CallError("refused", t("This chat is no longer there. Open another one from the history."));
    return chat;
  }

  async function storeCopy({ chatId, events, draft }: Copy): Promise<{ readonly chatId: string }> {
    orRefuse(storageFailure(await sessions.append(chatId, events)));
    if (draft !== "") await panel.change((before) => withDraft(before, chatId, draft));
    return { chatId };
  }

  return {
    "panel.open": async () => {
      const state = await panel.read();
      const { model, effort } = picker.current();
      return {
        connection: connection.info, chatId: state.chatId ?? null, draft: draftOf(state, state.chatId),
        model, effort: effort ?? null, models: connection.choices,
        context: editor.context() ?? null, examples: editor.examples(), isTab,
      };
    },
    "panel.show": async ({ chatId }) => {
      await panel.change(({ drafts }) => defined({ chatId: chatId ?? undefined, drafts }));
      return {};
    },
    "draft.save": async ({ chatId, text }) => {
      await panel.change((before) => withDraft(before, chatId, text));
      onDraft(chatId, text);
      return {};
    },

    "chat.attach": async ({ chatId }) => {
      const { chat, isWhole } = await sessions.open(chatId);
      const isElsewhere = chat.seq > 0 && !(await ownership.take(chatId).catch(() => true)); // what is wrong with the folder, writing to it says
      return { chat: withoutAttachedText(chat), isWhole, isElsewhere, unsaved: sessions.problem(chatId) ?? null, draft: draftOf(await panel.read(), chatId) };
    },
    "chat.earlier": async ({ chatId, beforeTurnId, limit }) => {
      const { chat, isWhole } = await sessions.earlier(chatId, beforeTurnId, Math.min(limit, MAX_PAGE_TURNS));
      return { chat: withoutAttachedText(chat), isWhole };
    },
    "chat.list": async ({ filter, limit }) => {
      const wanted = Math.min(limit, MAX_LISTED_CHATS);
      const { chats, facets } = await tables.listChats(filter, wanted + 1);
      return { chats: chats.slice(0, wanted).map((chat) => ({ ...chat, isRunning: turns.isRunning(chat.chatId) })), facets, hasMore: chats.length > wanted };
    },
    "chat.pin": async ({ chatId, isPinned }) => {
      await existing(chatId);
      orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.pinned", chatId, isPinned }])));
      return {};
    },
    "chat.tag": async ({ chatId, tags }) => {
      await existing(chatId);
      const clean = [...new Set(tags.map((tag) => tag.replace(/[\s,]+/g, " ").trim().slice(0, MAX_TAG_LENGTH)).filter((tag) => tag !== ""))].slice(0, MAX_TAGS);
      orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.tagged", chatId, tags: clean }])));
      return {};
    },
    // Takes as long as the person does, and reports what goes wrong itself.
    "chat.purge": ({ chatId }) => {
      actions.emptyTrash(chatId);
      return {};
    },
    "history.search": async ({ text, filter, cursor }) => actions.search(text, filter, cursor ?? undefined),
    "chat.delete": async ({ chatId }) => {
      await turns.stop(chatId);
      orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.deleted", chatId }])));
      await panel.change((before) => (before.chatId === chatId ? { drafts: before.drafts } : before));
      return {};
    },
    "chat.restore": async ({ chatId }) => {
      orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.restored", chatId }])));
      return {};
    },

    "chats.save": async () => {
      await sessions.saveNow();
      return {};
    },
    "chat.takeOver": async ({ chatId }) => {
      if (await ownership.takeOver(chatId)) return {};
      throw new CallError("refused", t("The other window is still writing an answer in this chat. It comes here when that has ended, or when you stop it there."));
    },

    "chat.rename": async ({ chatId, title }) => {
      const name = chatName(title);
      if (name === "") throw new CallError("refused", t("A chat's name cannot be empty. Write one, or leave it as it is."));
      const before = await existing(chatId);
      if (before.title !== name) orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.renamed", chatId, title: name }])));
      return {};
    },
    "chat.duplicate": async ({ chatId }) => storeCopy(duplicateChat(await existing(chatId), { ids, folder: editor.folder() })),
    "chat.continueInNew": async ({ chatId }) => {
      const chat = await existing(chatId);
      const model = chat.model ?? chat.turns.at(-1)?.model;
      const maxInputTokens = connection.choices.find((choice) => choice.id === model)?.maxInputTokens;
      return storeCopy(continueChat(chat, maxInputTokens, { ids, folder: editor.folder() }));
    },
    "chat.fork": async ({ chatId, turnId }) => {
      const fork = forkChat(await existing(chatId), turnId, { ids, folder: editor.folder() });
      if (fork === undefined) throw new CallError("refused", t("This message is not in the shown conversation any more. Choose its version there, then fork."));
      return storeCopy(fork);
    },
    "chat.showBranch": async ({ chatId, turnId }) => {
      const chat = await existing(chatId);
      if (!chat.turns.some((turn) => turn.turnId === turnId)) throw new CallError("refused", t("This message is no longer there. Reload the window and try again."));
      orRefuse(storageFailure(await sessions.append(chatId, [{ type: "chat.settings", chatId, shownTurnId: turnId }])));
      return {};
    },
    "chat.openInTab": async ({ chatId }) => {
      await existing(chatId);
      await actions.openInTab(chatId);
      return {};
    },

    "turn.submit": async ({ chatId, text, model, effort, contextId }) => {
      const attachment = attachmentFor(contextId);
      const submitted = orRefuse(await turns.submit({ chatId: chatId ?? undefined, text, ...picker.resolve(model, effort), attachment }));
      // The question is on disk: from here on it is no draft, even if the page that sent it has gone.
      let isDraftSent = false;
      await panel.change((before) => {
        const state = { ...before, chatId: submitted.chatId };
        isDraftSent = draftOf(before, chatId).trim() === text.trim();
        return isDraftSent ? withDraft(state, chatId, "") : state;
      });
      if (isDraftSent) onDraft(chatId, "");
      return submitted;
    },
    "turn.stop": async ({ chatId }) => {
      if (await turns.stop(chatId)) return {};
      const isElsewhere = (await sessions.state(chatId)).turns.some((turn) => turn.status === "running");
      if (isElsewhere) throw new CallError("refused", t("This answer is being written in another window. Stop it there."));
      return {};
    },
    "turn.retry": async ({ chatId, turnId, model, effort }) => orRefuse(await turns.retry(chatId, turnId, picker.resolve(model, effort))),

    "turn.edit": async ({ model, effort, ...edited }) => orRefuse(await turns.edit({ ...edited, ...picker.resolve(model, effort) })),

    "models.list": (_params, signal) => picker.list(signal),
    "model.choose": async ({ chatId, model, effort }) => {
      await picker.choose(model, effort);
      const chat = chatId === null ? undefined : await sessions.state(chatId);
      if (chat === undefined || chat.seq === 0 || (chat.model === model && (chat.effort ?? null) === effort)) return {};
      orRefuse(storageFailure(await sessions.append(chat.chatId, [defined({ type: "chat.settings" as const, chatId: chat.chatId, model, effort: effort ?? undefined })])));
      return {};
    },

    "code.insert": async ({ text }) => {
      await editor.insert(text);
      return {};
    },
    "code.newFile": async ({ text, language }) => {
      await editor.newFile(text, language);
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

function draftOf({ drafts }: PanelState, chatId: string | null | undefined): string {
  const key = chatId ?? "";
  return Object.hasOwn(drafts, key) ? (drafts[key] ?? "") : "";
}

function withDraft(state: PanelState, chatId: string | null, text: string): PanelState {
  return { ...state, drafts: { ...state.drafts, [chatId ?? ""]: text } };
}

function orRefuse<T>(result: Result<T, Failure>): T {
  if (result.ok) return result.value;
  throw new CallError("refused", result.error.message);
}

function storageFailure<T>(result: Result<T, StorageError>): Result<T, Failure> {
  if (result.ok) return result;
  if (result.error.code === "elsewhere" || result.error.code === "gone") return { ok: false, error: { code: "badRequest", message: result.error.message } };
  return { ok: false, error: { code: "storage", message: t("The change could not be saved: {0}. Free some space or check the folder's permissions, then try again.", result.error.message) } };
}
