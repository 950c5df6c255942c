import assert from "node:assert/strict";
import { createInputGate } from "../../../src/webview/ui/inputGate";

/** A page whose keys, frames and timers come when the test says so. */
function createPage() {
  let onKey = (): void => undefined;
  const [frames, timers]: [(() => void)[], (() => void)[]] = [[], []];
  const page = {
    addEventListener: (_type: string, listener: () => void) => void (onKey = listener),
    requestAnimationFrame: (callback: () => void) => frames.push(callback),
    setTimeout: (callback: () => void) => timers.push(callback),
  };
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5)); // a channel's message is a task of its own
  const wait = (): void => timers.splice(0).forEach((timer) => timer());
  return {
    gate: createInputGate(page as unknown as Window),
    press: () => onKey(),
    async paint() {
      frames.splice(0).forEach((frame) => frame());
      await settled();
      wait();
    },
    wait,
  };
}

describe("input gate", () => {
  it("lets work through at once while nobody types", () => {
    const { gate } = createPage();
    const done: string[] = [];
    gate.run(() => done.push("a"));
    assert.equal(done.join(), "a");
  });

  it("holds work back from a key until the frame that shows it is painted, and keeps its order", async () => {
    const { gate, press, paint } = createPage();
    const done: string[] = [];
    press();
    gate.run(() => done.push("a"));
    press();
    gate.run(() => done.push("b"));
    assert.equal(done.join(), "");
    await paint();
    assert.equal(done.join(), "a,b");
    gate.run(() => done.push("c"));
    assert.equal(done.join(), "a,b,c");
  });

  it("holds nothing back for long in a page that paints nothing", () => {
    const { gate, press, wait } = createPage();
    const done: string[] = [];
    press();
    gate.run(() => done.push("a"));
    wait();
    assert.equal(done.join(), "a");
  });
});
