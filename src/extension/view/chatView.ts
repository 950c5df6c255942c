import type * as vscode from "vscode";
import { disposable, DisposableStore } from "../../core/base/disposables";
import type { Clock, Log } from "../../core/ports";
import type { HostEventName, HostEvents } from "../../core/protocol/calls";
import type { SessionEvent } from "../../core/protocol/events";
import { serve, type FramePort, type Handlers, type Server } from "../../core/protocol/rpc";
import { renderHtml } from "./html";
import { createOutbox } from "./outbox";
import { createPageFilter } from "./pageView";

export interface ChatViewOptions {
  readonly dist: vscode.Uri;
  readonly media: vscode.Uri;
  readonly handlers: Handlers;
  readonly clock: Clock;
  readonly log: Log;
}

/** The side panel. The webview may come and go at any time: all state is the host's. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #options: ChatViewOptions;
  #server: Server | undefined;
  #outbox: ReturnType<typeof createOutbox> | undefined;
  #current: DisposableStore | undefined;
  readonly #forPage = createPageFilter();

  constructor(options: ChatViewOptions) {
    this.#options = options;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { dist, media, handlers, clock, log } = this.#options;
    this.#current?.dispose();
    const owned = new DisposableStore();
    this.#current = owned;
    const server = owned.add(serve(portOf(view.webview, log), handlers, (problem) => log.warn(problem)));
    const outbox = owned.add(createOutbox(clock, (events) => server.send("chat.events", { events })));
    this.#server = server;
    this.#outbox = outbox;
    owned.add(
      disposable(() => {
        if (this.#server !== server) return;
        this.#server = undefined;
        this.#outbox = undefined;
      }),
    );
    owned.add(view.onDidDispose(() => owned.dispose()));
    view.webview.options = { enableScripts: true, localResourceRoots: [dist, media] };
    view.webview.html = renderHtml(view.webview, dist);
  }

  send<E extends HostEventName>(name: E, data: HostEvents[E]): void {
    this.#server?.send(name, data);
  }

  sendEvent(event: SessionEvent): void {
    const shown = this.#forPage(event);
    this.#outbox?.add(shown);
  }

  dispose(): void {
    this.#current?.dispose();
  }
}

function portOf(webview: vscode.Webview, log: Log): FramePort {
  return {
    post(frame) {
      // False means that the webview is gone or hidden; it attaches again when it is back.
      void webview.postMessage(frame).then(undefined, (error: unknown) => log.debug(`A post was lost: ${String(error)}`));
    },
    onFrame: (listener) => webview.onDidReceiveMessage(listener),
  };
}
