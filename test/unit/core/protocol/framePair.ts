import { disposable } from "../../../../src/core/base/disposables";
import type { FramePort } from "../../../../src/core/protocol/rpc";
import { createPortPair } from "../../../support/fakePort";

export interface TestPort extends FramePort {
  /** All that was posted here. */
  readonly posted: unknown[];
  /** Delivers a frame to this end's listeners at once, as if the other end had posted it. */
  receive(frame: unknown): void;
  readonly listenerCount: number;
}

/** The two ends of a channel in memory, each open to a test's looks and frames. */
export function createFramePair(): { readonly host: TestPort; readonly page: TestPort } {
  const { host, webview } = createPortPair();
  return { host: observed(host), page: observed(webview) };
}

function observed(port: FramePort): TestPort {
  const listeners = new Set<(frame: unknown) => void>();
  const posted: unknown[] = [];
  return {
    posted,
    post(frame) {
      posted.push(structuredClone(frame));
      port.post(frame);
    },
    onFrame(listener) {
      const subscription = port.onFrame(listener);
      listeners.add(listener);
      return disposable(() => {
        listeners.delete(listener);
        subscription.dispose();
      });
    },
    receive: (frame) => listeners.forEach((listener) => listener(frame)),
    get listenerCount() {
      return listeners.size;
    },
  };
}
