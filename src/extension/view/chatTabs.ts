import * as vscode from "vscode";
import { check, id, obj, opt } from "../../core/base/check";
import { DisposableStore } from "../../core/base/disposables";
import { t } from "../../core/base/l10n";
import type { PanelMemory } from "../../core/ports";
import type { HostEventName, HostEvents } from "../../core/protocol/calls";
import type { SessionEvent } from "../../core/protocol/events";
import type { Handlers } from "../../core/protocol/rpc";
import { CHAT_TAB_TYPE } from "../editor/contributions";
import { openPage, type Page, type PageOptions } from "./page";
import { createTabMemory, observed } from "./panelMemory";

export interface ChatTabsOptions extends PageOptions {
  readonly icon: { readonly light: vscode.Uri; readonly dark: vscode.Uri };
  readonly panel: PanelMemory;
  readonly createHandlers: (panel: PanelMemory) => Handlers;
  readonly titleOf: (chatId: string) => Promise<string>;
  /** Another chat, or none, is in sight in a tab. */
  readonly onVisibility: () => void;
}

interface Tab {
  readonly webviewPanel: vscode.WebviewPanel;
  readonly owned: DisposableStore;
  readonly page: Page;
  readonly memory: PanelMemory;
}

/** What a page in a tab leaves with the editor, to come back with after a reload. */
const savedState = obj({ chatId: opt(id) });

/** Chats in editor tabs beside the code: each the same page as the side panel, with an end of the channel of its own. */
export class ChatTabs implements vscode.Disposable {
  readonly #options: ChatTabsOptions;
  readonly #tabs = new Set<Tab>();

  constructor(options: ChatTabsOptions) {
    this.#options = options;
  }

  /** Shows the chat in a tab: the one that shows it already, else a new one beside the active editor. */
  async open(chatId: string): Promise<void> {
    for (const tab of this.#tabs) {
      if ((await tab.memory.read()).chatId === chatId) return tab.webviewPanel.reveal();
    }
    const title = await this.#options.titleOf(chatId);
    this.#fill(vscode.window.createWebviewPanel(CHAT_TAB_TYPE, title, vscode.ViewColumn.Beside, { enableScripts: true }), chatId);
  }

  /** Fills a tab that the editor has brought back after a reload. Without a chat it is one for a new chat. */
  async revive(webviewPanel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const saved = check(savedState, state);
    await this.#name(this.#fill(webviewPanel, saved.ok ? saved.value.chatId : undefined));
  }

  #fill(webviewPanel: vscode.WebviewPanel, chatId: string | undefined): Tab {
    const { icon, panel, createHandlers, onVisibility } = this.#options;
    webviewPanel.iconPath = icon;
    const owned = new DisposableStore();
    const memory = observed(createTabMemory(panel, chatId), () => {
      void this.#name(tab);
      onVisibility();
    });
    const page = owned.add(openPage(webviewPanel.webview, createHandlers(memory), this.#options));
    const tab: Tab = { webviewPanel, owned, page, memory };
    this.#tabs.add(tab);
    owned.add(webviewPanel.onDidChangeViewState(() => onVisibility()));
    webviewPanel.onDidDispose(() => {
      this.#tabs.delete(tab);
      owned.dispose();
    });
    onVisibility();
    return tab;
  }

  get areVisible(): boolean {
    return [...this.#tabs].some((tab) => tab.webviewPanel.visible);
  }

  /** The chats in tabs that can be seen. */
  shownChats(): Promise<readonly string[]> {
    return chatsOf([...this.#tabs].filter((tab) => tab.webviewPanel.visible));
  }

  /** The chats in all tabs. */
  openChats(): Promise<readonly string[]> {
    return chatsOf([...this.#tabs]);
  }

  /** To all tabs but the one whose memory is `except`. */
  send<E extends HostEventName>(name: E, data: HostEvents[E], except?: PanelMemory): void {
    for (const { page, memory } of this.#tabs) if (memory !== except) page.send(name, data);
  }

  sendEvent(event: SessionEvent): void {
    for (const tab of this.#tabs) {
      tab.page.sendEvent(event);
      if (event.type === "chat.renamed") void this.#name(tab);
    }
  }

  /** The tabs themselves stay: the window may only be about to load again, and brings them back then. */
  dispose(): void {
    for (const { owned } of this.#tabs) owned.dispose();
    this.#tabs.clear();
  }

  async #name(tab: Tab): Promise<void> {
    const { chatId } = await tab.memory.read();
    const title = chatId === undefined ? t("New chat") : await this.#options.titleOf(chatId);
    if (this.#tabs.has(tab)) tab.webviewPanel.title = title;
  }
}

async function chatsOf(tabs: readonly Tab[]): Promise<readonly string[]> {
  return (await Promise.all(tabs.map((tab) => tab.memory.read()))).flatMap(({ chatId }) => chatId ?? []);
}
