import { disposable } from "../core/base/disposables";
import type { Timers } from "../core/base/timers";
import type { FramePort } from "../core/protocol/rpc";

/** What an editor gives a webview to talk through; it may be asked for once a page. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  /** Kept with a page in a tab, which comes back with it after a reload of the window. */
  setState(state: unknown): void;
}

/** The webview's end of the channel to the host. */
export function createFramePort(api: VsCodeApi, page: Window): FramePort {
  return {
    post: (frame) => api.postMessage(frame),
    onFrame(listener) {
      const onMessage = (event: MessageEvent): void => listener(event.data);
      page.addEventListener("message", onMessage);
      return disposable(() => page.removeEventListener("message", onMessage));
    },
  };
}

/** The page's own timers. */
export function createTimers(page: Window): Timers {
  return {
    after(delayMs, callback) {
      const timer = page.setTimeout(callback, delayMs);
      return disposable(() => page.clearTimeout(timer));
    },
  };
}
