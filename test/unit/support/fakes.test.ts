import assert from "node:assert/strict";
import { ModelFailure } from "../../../src/core/ports";
import { describeClockContract } from "../../support/contracts/clock";
import { describeEditorContract } from "../../support/contracts/editor";
import { describeIdsContract } from "../../support/contracts/ids";
import { describeJournalContract } from "../../support/contracts/journal";
import { describeMementoContract } from "../../support/contracts/memento";
import { collect, describeModelContract, outcome, type AnswerPart } from "../../support/contracts/model";
import { describeSecretsContract } from "../../support/contracts/secrets";
import { createManualClock } from "../../support/fakes/clock";
import { createFakeEditor } from "../../support/fakes/editor";
import { createCountingIds } from "../../support/fakes/ids";
import { createMemoryJournal, type MemoryJournal } from "../../support/fakes/journal";
import { answerSteps, createScriptedModel, modelFailure, modelHold, testUsage, textSteps, type ModelStep } from "../../support/fakes/model";
import { createMemoryMemento, createMemorySecrets } from "../../support/fakes/stores";

describeClockContract("manual", () => {
  const clock = createManualClock();
  return { clock, pass: (ms) => clock.advance(ms) };
});
describeIdsContract("counting", () => ({ ids: createCountingIds(), pass: async () => undefined }));
describeSecretsContract("in memory", createMemorySecrets);
describeMementoContract("in memory", createMemoryMemento);

describeEditorContract("fake", async () => {
  const editor = createFakeEditor({ folderName: "shop", instructions: [{ path: "AGENTS.md", text: "Be kind." }] });
  return {
    editor,
    async show({ path, language, text, lines }) {
      if (lines === undefined) return editor.setActive({ path, language, text });
      const selected = text.split("\n").slice(lines.startLine - 1, lines.endLine).join("\n");
      editor.setActive({ path, language, lines, text: selected });
    },
    showNothing: async () => editor.setActive(undefined),
    dispose: async () => undefined,
  };
});

describeJournalContract("in memory", async () => {
  const writers = new Map<string, MemoryJournal>();
  return {
    open(writer) {
      const [first] = writers.values();
      const journal = first === undefined ? createMemoryJournal({ writer }) : first.shareWith(writer);
      writers.set(writer, journal);
      return journal;
    },
    dispose: async () => undefined,
  };
});

describeModelContract("scripted", async () => {
  const model = createScriptedModel();
  const until = async (isReached: () => boolean): Promise<void> => {
    for (let turn = 0; turn < 100 && !isReached(); turn++) await Promise.resolve();
    assert.ok(isReached());
  };
  return {
    model,
    modelId: "claude-test",
    enqueue: (...parts) => void model.script.push(stepsOf(parts)),
    untilBrokenOff: () => until(() => model.brokenOff.length > 0),
    requestCount: () => model.requests.length,
    dispose: async () => undefined,
  };
});

function stepsOf(parts: readonly AnswerPart[]): readonly ModelStep[] {
  const steps = parts.flatMap((part, index): readonly ModelStep[] => {
    if (part.type === "hold") return [modelHold()];
    if (part.type === "overloaded") return [modelFailure({ code: "overloaded", message: "Busy." })];
    return textSteps(part.text, { index, kind: part.type });
  });
  return [...steps, { type: "usage", usage: testUsage() }, { type: "ended", stopReason: "end_turn" }];
}

describe("createManualClock", () => {
  it("moves to each timer's time, runs what it sets off, and fires timers set meanwhile", async () => {
    const clock = createManualClock(100);
    const seen: string[] = [];
    clock.after(10, () => {
      seen.push(`first at ${clock.now()}`);
      void Promise.resolve().then(() => clock.after(5, () => seen.push(`second at ${clock.now()}`)));
    });
    clock.after(17, () => seen.push(`third at ${clock.now()}`));
    clock.after(21, () => seen.push("too early"));
    await clock.advance(20);
    assert.deepEqual([seen, clock.now(), clock.waitingTimers], [["first at 110", "second at 115", "third at 117"], 120, 1]);
  });

  it("refuses a wait that is no number", () => {
    assert.throws(() => createManualClock().after(NaN, () => undefined), RangeError);
  });
});

describe("createScriptedModel", () => {
  const request = { model: "claude-test", system: [], messages: [], maxTokens: 1, hasAdaptiveThinking: false };
  const { signal } = new AbortController();

  it("throws on a request that no test wrote down, and remembers it", async () => {
    const model = createScriptedModel();
    const { error } = await outcome(model.stream(request, signal));
    assert.ok(error instanceof Error && !(error instanceof ModelFailure));
    assert.match(error.message, /request 1 came without a script/);
    assert.throws(() => model.assertDone(), /1 requests came without a script/);
  });

  it("knows what was not asked for", async () => {
    const model = createScriptedModel();
    model.script.push(answerSteps("one"), answerSteps("two"));
    await collect(model.stream(request, signal));
    assert.throws(() => model.assertDone(), /1 scripts were not asked for/);
    await collect(model.stream(request, signal));
    model.assertDone();
  });

  it("waits at a hold until it is released", async () => {
    const model = createScriptedModel();
    const hold = modelHold();
    model.script.push([hold, ...answerSteps("after")]);
    const answer = collect(model.stream(request, signal));
    await hold.reached;
    assert.deepEqual(model.brokenOff, []);
    hold.release();
    assert.equal((await answer).length, 5);
    assert.deepEqual(model.brokenOff, []);
  });
});

describe("createMemoryJournal", () => {
  it("fails the next append alone, and damages and shortens what it holds, as a test wishes", async () => {
    const journal = createMemoryJournal({ files: [{ stream: "chats/ab/a", writer: "gone", values: ["old"] }] });
    assert.equal(await journal.isWriterAlive("gone"), false);
    journal.setAlive("gone", true);
    assert.equal(await journal.isWriterAlive("gone"), true);
    journal.failNext({ code: "full", message: "no room" });
    assert.deepEqual(await journal.append("chats/ab/a", ["lost"]), { ok: false, error: { code: "full", message: "no room" } });
    await journal.append("chats/ab/a", ["b", "c"]);
    assert.deepEqual(journal.lines("chats/ab/a"), ["old", "b", "c"]);
    journal.corrupt("chats/ab/a", 1);
    assert.deepEqual(journal.lines("chats/ab/a"), ["old", "c"]);
    journal.truncate("chats/ab/a", "writer1", 30);
    assert.deepEqual((await journal.files("chats/ab/a")).map((file) => file.sizeBytes > 30), [false, false]);
    assert.throws(() => journal.corrupt("chats/ab/a", 9), /has no line 9/);
  });
});
