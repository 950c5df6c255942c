import type * as vscode from "vscode";
import { DisposableStore } from "../../core/base/disposables";
import { t } from "../../core/base/l10n";
import type { HostEventName, HostEvents } from "../../core/protocol/calls";
import type { SessionEvent } from "../../core/protocol/events";
import type { Handlers } from "../../core/protocol/rpc";
import { openPage, type Page, type PageOptions } from "./page";

export interface ChatViewOptions extends PageOptions {
  readonly handlers: Handlers;
  /** The view came into sight or went out of it. */
  readonly onVisibility: () => void;
}

/** The side panel. The webview may come and go at any time: all state is the host's. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  #current: { readonly view: vscode.WebviewView; readonly page: Page; readonly owned: DisposableStore } | undefined;
  #unseenCount = 0;

  constructor(options: ChatViewOptions) {
    this.#options = options;
  }

  /** Whether its page is there, be it hidden behind another view. */
  get isOpen(): boolean {
    return this.#current !== undefined;
  }

  get isVisible(): boolean {
    return this.#current?.view.visible ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.dispose();
    const owned = new DisposableStore();
    const page = owned.add(openPage(view.webview, this.#options.handlers, this.#options));
    owned.add(view.onDidChangeVisibility(() => this.#options.onVisibility()));
    owned.add(
      view.onDidDispose(() => {
        owned.dispose();
        if (this.#current?.view === view) this.#current = undefined;
      }),
    );
    this.#current = { view, page, owned };
    this.showUnseen(this.#unseenCount);
    this.#options.onVisibility();
  }

  send<E extends HostEventName>(name: E, data: HostEvents[E]): void {
    this.#current?.page.send(name, data);
  }

  sendEvent(event: SessionEvent): void {
    this.#current?.page.sendEvent(event);
  }

  /** How many answers have ended out of sight, on the view's icon. */
  showUnseen(count: number): void {
    this.#unseenCount = count;
    if (this.#current === undefined) return;
    this.#current.view.badge = count === 0 ? undefined : { value: count, tooltip: count === 1 ? t("One chat has a new answer") : t("{0} chats have new answers", count) };
  }

  dispose(): void {
    this.#current?.owned.dispose();
    this.#current = undefined;
  }
}
