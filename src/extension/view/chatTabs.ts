import * as vscode from "vscode";
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
  readonly icon: vscode.Uri;
  readonly panel: PanelMemory;
  readonly createHandlers: (panel: PanelMemory) => Handlers;
  readonly titleOf: (chatId: string) => Promise<string>;
  /** Another chat, or none, is in sight in a tab. */
  readonly onVisibility: () => void;
}

interface Tab {
  readonly webviewPanel: vscode.WebviewPanel;
  readonly page: Page;
  readonly memory: PanelMemory;
}

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
    const { icon, panel, createHandlers, titleOf, onVisibility } = this.#options;
    const title = await titleOf(chatId);
    const webviewPanel = vscode.window.createWebviewPanel(CHAT_TAB_TYPE, title, vscode.ViewColumn.Beside, { enableScripts: true });
    webviewPanel.iconPath = icon;
    const owned = new DisposableStore();
    const memory = observed(createTabMemory(panel, chatId), () => {
      void this.#name(tab);
      onVisibility();
    });
    const page = owned.add(openPage(webviewPanel.webview, createHandlers(memory), this.#options));
    const tab: Tab = { webviewPanel, page, memory };
    this.#tabs.add(tab);
    owned.add(webviewPanel.onDidChangeViewState(() => onVisibility()));
    webviewPanel.onDidDispose(() => {
      this.#tabs.delete(tab);
      owned.dispose();
    });
    onVisibility();
  }

  /** The chats in tabs that can be seen. */
  async shownChats(): Promise<readonly string[]> {
    const visible = [...this.#tabs].filter((tab) => tab.webviewPanel.visible);
    return (await Promise.all(visible.map((tab) => tab.memory.read()))).flatMap(({ chatId }) => chatId ?? []);
  }

  send<E extends HostEventName>(name: E, data: HostEvents[E]): void {
    for (const { page } of this.#tabs) page.send(name, data);
  }

  sendEvent(event: SessionEvent): void {
    for (const tab of this.#tabs) {
      tab.page.sendEvent(event);
      if (event.type === "chat.renamed") void this.#name(tab);
    }
  }

  dispose(): void {
    for (const { webviewPanel } of [...this.#tabs]) webviewPanel.dispose();
  }

  async #name(tab: Tab): Promise<void> {
    const { chatId } = await tab.memory.read();
    const title = chatId === undefined ? t("New chat") : await this.#options.titleOf(chatId);
    if (this.#tabs.has(tab)) tab.webviewPanel.title = title;
  }
}
