import assert from "node:assert/strict";
import { disposable } from "../../../src/core/base/disposables";
import { createPieceCache, type PieceCache } from "../../../src/webview/highlight/cache";
import * as highlighter from "../../../src/webview/highlight/highlighter";
import { createPainter, type Painter } from "../../../src/webview/highlight/painter";
import { lengthOf } from "../../../src/webview/highlight/pieces";
import type { Highlighter } from "../../../src/webview/highlight/token";
import { createManualClock, type ManualClock } from "../../support/fakes/clock";

interface Stage {
  readonly painter: Painter;
  readonly clock: ManualClock;
  readonly reads: string[];
  /** How many repaints were asked for. */
  readonly changes: () => number;
  /** Renders `code` as a view does; gives how much of it has its colours. */
  show(code: string): number;
  /** Lets the page be idle once, with so many ms to spare. */
  idle(spareMs?: number): Promise<boolean>;
  idleUntilDone(): Promise<void>;
}

function createStage({ cache = createPieceCache(), language = "ts", found = true }: { readonly cache?: PieceCache; readonly language?: string; readonly found?: boolean } = {}): Stage {
  const clock = createManualClock();
  const reads: string[] = [];
  const waiting: ((timeRemaining: () => number) => void)[] = [];
  let changes = 0;
  const spied: Highlighter = {
    grammarOf: highlighter.grammarOf,
    tokenise(code, grammar) {
      if (code !== "\n") reads.push(code);
      return highlighter.tokenise(code, grammar);
    },
  };
  const painter = createPainter({
    language,
    cache,
    timers: clock,
    load: () => Promise.resolve(found ? spied : undefined),
    whenIdle(run) {
      waiting.push(run);
      return disposable(() => waiting.splice(0, waiting.length, ...waiting.filter((other) => other !== run)));
    },
    onChange: () => changes++,
  });
  const idle = async (spareMs = 0): Promise<boolean> => {
    await clock.advance(0);
    const run = waiting.shift();
    run?.(() => spareMs);
    return run !== undefined;
  };
  return {
    painter,
    clock,
    reads,
    changes: () => changes,
    show(code) {
      const covered = lengthOf(painter.piecesOf(code));
      painter.follow();
      return covered;
    },
    idle,
    async idleUntilDone() {
      while (await idle());
    },
  };
}

const CODE = Array.from({ length: 300 }, (_, index) => `const value${index} = "${index}";\n`).join("");

describe("the painter of a code block", () => {
  it("shows a code plain first and colours it step by step, when there is time", async () => {
    const { show, idle, idleUntilDone, changes, reads } = createStage();
    assert.equal(show(CODE), 0);
    assert.equal(reads.length, 0, "nothing is read while the view renders");
    await idle();
    await idle();
    assert.equal(reads.length, 0, "the grammar is made ready in slices of its own");
    await idle();
    assert.equal(changes(), 1);
    const first = show(CODE);
    assert.ok(first > 0 && first < 1_000);
    await idle();
    assert.ok(show(CODE) > first);
    await idleUntilDone();
    assert.equal(show(CODE), CODE.length);
    assert.ok(reads.every((text) => text.length < 2_000));
    assert.equal(reads.join(""), CODE);
  });

  it("does more at once only while there is time left", async () => {
    const [hurried, idle] = [createStage(), createStage()];
    for (const [stage, spareMs] of [[hurried, 1], [idle, 40]] as const) {
      stage.show(CODE);
      for (let slice = 0; slice < 3; slice++) await stage.idle(spareMs);
    }
    assert.deepEqual([hurried.reads.length, idle.reads.length], [1, 3]);
  });

  it("looks at a code that grows ten times a second, not with every piece of it", async () => {
    const { show, idle, clock, changes, idleUntilDone } = createStage();
    show("let a");
    await idleUntilDone();
    const before = changes();
    for (let frame = 1; frame <= 60; frame++) {
      show(`let a${" = 1;\nlet b".repeat(frame)}`);
      await clock.advance(1000 / 60);
      await idle(10);
    }
    assert.ok(changes() - before <= 10, `${changes() - before} repaints in a second`);
    await clock.advance(200);
    await idleUntilDone();
    const code = `let a${" = 1;\nlet b".repeat(60)}`;
    assert.equal(show(code), code.length, "the end has its colours too");
  });

  it("keeps colours where the text stays, and drops them where it changed", async () => {
    const { show, idleUntilDone } = createStage();
    const begun = "let a;\nlet b;\n";
    show(`${begun}\`\``); // the closing fence, not whole yet
    await idleUntilDone();
    assert.equal(show(`${begun}\`\``), begun.length + 2);
    assert.equal(show(begun), begun.length);
    assert.equal(show("other"), 0);
  });

  it("shows at once what was coloured before", async () => {
    const cache = createPieceCache();
    const first = createStage({ cache });
    first.show(CODE);
    await first.idleUntilDone();
    first.painter.dispose();
    const second = createStage({ cache });
    assert.equal(second.show(CODE), CODE.length);
    assert.equal(await second.idle(), false, "nothing is left to do");
    assert.deepEqual(second.reads, []);
    assert.equal(createStage({ cache, language: "js" }).show(CODE), 0, "another language is another matter");
  });

  it("brings a very long code back in steps, without reading it again", async () => {
    const cache = createPieceCache();
    const long = CODE.repeat(5);
    const first = createStage({ cache });
    first.show(long);
    await first.idleUntilDone();
    first.painter.dispose();
    const second = createStage({ cache });
    const atOnce = second.show(long);
    assert.ok(atOnce > 10_000 && atOnce < 20_000, `${atOnce} of ${long.length}`);
    await second.idleUntilDone();
    assert.equal(second.show(long), long.length);
    assert.deepEqual(second.reads, []);
  });

  it("leaves code plain without a grammar or a highlighter", async () => {
    for (const options of [{ language: "klingon" }, { found: false }]) {
      const { show, idleUntilDone, changes } = createStage(options);
      show(CODE);
      await idleUntilDone();
      assert.equal(show(`${CODE}more`), 0);
      assert.equal(changes(), 0);
    }
  });

  it("does nothing more once it is disposed", async () => {
    const { show, idle, painter, changes, clock } = createStage();
    show(CODE);
    for (let slice = 0; slice < 3; slice++) await idle();
    painter.dispose();
    assert.equal(await idle(), false);
    painter.follow();
    await clock.advance(1_000);
    assert.equal(changes(), 1);
    assert.equal(clock.waitingTimers, 0);
  });
});

describe("the cache of pieces", () => {
  const pieces = (text: string) => [{ text, tokens: [{ text, kind: undefined }], isSettled: true }];

  it("keeps the latest used within its bound", () => {
    const cache = createPieceCache(30);
    cache.set("ts", "a".repeat(9), pieces("a")); // 12 characters with its language
    cache.set("ts", "b".repeat(9), pieces("b"));
    assert.ok(cache.get("ts", "a".repeat(9)));
    cache.set("ts", "c".repeat(9), pieces("c"));
    assert.equal(cache.get("ts", "b".repeat(9)), undefined);
    assert.ok(cache.get("ts", "a".repeat(9)));
    cache.set("ts", "d".repeat(100), pieces("d"));
    assert.equal(cache.get("ts", "d".repeat(100)), undefined, "what is larger than the bound is not kept, and costs nobody else");
    assert.ok(cache.get("ts", "c".repeat(9)));
  });
});
