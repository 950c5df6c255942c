import assert from "node:assert/strict";
import { createInputGate } from "../../../src/webview/ui/inputGate";
import { createManualClock } from "../../support/fakes/clock";

/** A page whose keys, frames and timers come when the test says so. */
function createPage() {
  let onKey = (): void => undefined;
  const frames: (() => void)[] = [];
  const page = {
    addEventListener: (_type: string, listener: () => void) => void (onKey = listener),
    requestAnimationFrame: (callback: () => void) => frames.push(callback),
  };
  const clock = createManualClock();
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5)); // a channel's message is a task of its own
  const gate = createInputGate(page as unknown as Window, clock);
  const done: string[] = [];
  return {
    run: (name: string) => gate.run(() => done.push(name)),
    done: () => done.join(),
    press: () => onKey(),
    async paint() {
      frames.splice(0).forEach((frame) => frame());
      await settled();
      await clock.advance(0);
    },
    wait: (ms: number) => clock.advance(ms),
  };
}

describe("input gate", () => {
  it("lets work through at once while nobody types", () => {
    const { run, done } = createPage();
    run("a");
    assert.equal(done(), "a");
  });

  it("holds work back from a key until the frame that shows it is painted, and keeps its order", async () => {
    const { run, done, press, paint } = createPage();
    press();
    run("a");
    press();
    run("b");
    assert.equal(done(), "");
    await paint();
    assert.equal(done(), "a,b");
  });

  it("holds work for the next key of who goes on typing, so that no key comes upon it", async () => {
    const { run, done, press, paint, wait } = createPage();
    press();
    await paint();
    await wait(100);
    run("a");
    assert.equal(done(), "");
    press();
    assert.equal(done(), "");
    await paint();
    assert.equal(done(), "a");
  });

  it("lets work through once no key has come for a while, painted or not", async () => {
    const { run, done, press, paint, wait } = createPage();
    press();
    run("a");
    await wait(249);
    assert.equal(done(), "");
    await wait(1);
    assert.equal(done(), "a");
    run("b");
    assert.equal(done(), "a,b");
    await paint();
    assert.equal(done(), "a,b");
  });
});
