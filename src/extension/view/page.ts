import type * as vscode from "vscode";
import { DisposableStore, type Disposable } from "../../core/base/disposables";
import type { Clock, Log } from "../../core/ports";
import type { HostEventName, HostEvents } from "../../core/protocol/calls";
import type { SessionEvent } from "../../core/protocol/events";
import { serve, type FramePort, type Handlers } from "../../core/protocol/rpc";
import { renderHtml } from "./html";
import { createOutbox } from "./outbox";
import { createPageFilter } from "./pageView";

export interface PageOptions {
  readonly dist: vscode.Uri;
  readonly media: vscode.Uri;
  readonly clock: Clock;
  readonly log: Log;
}

/** The page in one webview, at this end of its channel. */
export interface Page extends Disposable {
  send<E extends HostEventName>(name: E, data: HostEvents[E]): void;
  sendEvent(event: SessionEvent): void;
}

/** Fills a webview with the page and answers its calls. It may come and go at any time: all state is the host's. */
export function openPage(webview: vscode.Webview, handlers: Handlers, { dist, media, clock, log }: PageOptions): Page {
  const owned = new DisposableStore();
  const server = owned.add(serve(portOf(webview, log), handlers, (problem) => log.warn(problem)));
  const outbox = owned.add(createOutbox(clock, (events) => server.send("chat.events", { events })));
  const forPage = createPageFilter();
  webview.options = { enableScripts: true, localResourceRoots: [dist, media] };
  webview.html = renderHtml(webview, dist);
  return {
    send: (name, data) => server.send(name, data),
    sendEvent: (event) => outbox.add(forPage(event)),
    dispose: () => owned.dispose(),
  };
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
