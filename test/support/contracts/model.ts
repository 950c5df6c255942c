import assert from "node:assert/strict";
import { ModelFailure, type Model, type ModelEvent, type ModelRequest } from "../../../src/core/ports";

/** What the model is to do in answer to the next request, in order. A `hold` lasts until the request ends. */
export type AnswerPart =
  | { readonly type: "text" | "thinking"; readonly text: string }
  | { readonly type: "hold" }
  | { readonly type: "overloaded" };

export interface ModelUnderTest {
  readonly model: Model;
  /** The id of a model that it lists. */
  readonly modelId: string;
  /** Writes down the answer to one more request. */
  enqueue(...parts: readonly AnswerPart[]): void;
  /** Resolves when the request that holds has ended on the other side. */
  untilBrokenOff(): Promise<void>;
  /** How many requests reached the other side. */
  requestCount(): number;
  dispose(): Promise<void>;
}

/** What every Model keeps to. */
export function describeModelContract(name: string, create: () => Promise<ModelUnderTest>): void {
  describe(`Model contract: ${name}`, () => {
    let tested: ModelUnderTest;

    beforeEach(async () => {
      tested = await create();
    });
    afterEach(() => tested.dispose());

    const request = (): ModelRequest => ({ model: tested.modelId, system: ["Be brief."], messages: [{ role: "user", content: ["Hello"] }], maxTokens: 1_000, hasAdaptiveThinking: false });
    const stream = (signal = new AbortController().signal): AsyncIterable<ModelEvent> => tested.model.stream(request(), signal);

    it("says an answer block by block, then its usage, then its end", async () => {
      tested.enqueue({ type: "thinking", text: "They greet." }, { type: "text", text: "Hello, whoever you are, and welcome! 🫖" });
      const events = await collect(stream());
      const shape = events.filter((event, index) => event.type !== "delta" || events[index - 1]?.type !== "delta").map((event) => ("index" in event ? `${event.type} ${event.index}` : event.type));
      assert.deepEqual(shape, ["blockStarted 0", "delta 0", "blockEnded 0", "blockStarted 1", "delta 1", "blockEnded 1", "usage", "ended"]);
      assert.deepEqual(events.flatMap((event) => (event.type === "blockStarted" ? [event.kind] : [])), ["thinking", "text"]);
      assert.deepEqual([textOf(events, 0), textOf(events, 1)], ["They greet.", "Hello, whoever you are, and welcome! 🫖"]);
      const [usage, ended] = events.slice(-2);
      assert.ok(usage?.type === "usage" && usage.usage.inputTokens > 0 && usage.usage.outputTokens > 0);
      assert.deepEqual(ended, { type: "ended", stopReason: "end_turn" });
    });

    it("throws a failure that comes in place of an answer", async () => {
      tested.enqueue({ type: "overloaded" });
      const { events, error } = await outcome(stream());
      assert.deepEqual(events, []);
      assert.ok(error instanceof ModelFailure);
      assert.deepEqual([error.failure.code, error.isAbort], ["overloaded", false]);
      assert.equal(error.failure.message, error.message);
    });

    it("throws a failure in mid-answer, after all that came before it", async () => {
      tested.enqueue({ type: "text", text: "Half an ans" }, { type: "overloaded" });
      const { events, error } = await outcome(stream());
      assert.equal(textOf(events, 0), "Half an ans");
      assert.ok(error instanceof ModelFailure && error.failure.code === "overloaded");
      assert.ok(!events.some((event) => event.type === "ended"));
    });

    it("asks nobody when it is aborted beforehand", async () => {
      const { events, error } = await outcome(stream(AbortSignal.abort()));
      assert.deepEqual([events, tested.requestCount()], [[], 0]);
      assert.ok(error instanceof ModelFailure && error.isAbort);
    });

    it("ends the request when it is aborted, and says so", async () => {
      tested.enqueue({ type: "text", text: "Begun" }, { type: "hold" });
      const controller = new AbortController();
      const events: ModelEvent[] = [];
      await assert.rejects(async () => {
        for await (const event of stream(controller.signal)) {
          events.push(event);
          if (textOf(events, 0) === "Begun") controller.abort();
        }
      }, (error) => error instanceof ModelFailure && error.isAbort);
      await tested.untilBrokenOff();
      assert.equal(textOf(events, 0), "Begun");
    });

    it("ends the request when nobody listens any more", async () => {
      tested.enqueue({ type: "text", text: "Begun" }, { type: "hold" });
      for await (const event of stream()) if (event.type === "delta") break;
      await tested.untilBrokenOff();
    });

    it("keeps two answers at once apart", async () => {
      tested.enqueue({ type: "text", text: "one" });
      tested.enqueue({ type: "text", text: "two" });
      const answers = await Promise.all([collect(stream()), collect(stream())]);
      assert.deepEqual(answers.map((events) => textOf(events, 0)).sort(), ["one", "two"]);
    });

    it("lists its models", async () => {
      const listed = await tested.model.listModels(new AbortController().signal);
      assert.ok(listed.ok && listed.value.some((choice) => choice.id === tested.modelId && choice.name !== ""));
    });

    it("gives a failure, and does not throw, when the listing is aborted", async () => {
      const listed = await tested.model.listModels(AbortSignal.abort());
      assert.equal(listed.ok, false);
    });
  });
}

/** The text of one of the answer's blocks so far. */
export function textOf(events: readonly ModelEvent[], index: number): string {
  return events.map((event) => (event.type === "delta" && event.index === index ? event.text : "")).join("");
}

export async function collect(stream: AsyncIterable<ModelEvent>): Promise<readonly ModelEvent[]> {
  const { events, error } = await outcome(stream);
  if (error instanceof Error) throw error;
  assert.equal(error, undefined);
  return events;
}

/** All that an answer said, and what it threw in the end. */
export async function outcome(stream: AsyncIterable<ModelEvent>): Promise<{ readonly events: readonly ModelEvent[]; readonly error: unknown }> {
  const events: ModelEvent[] = [];
  try {
    for await (const event of stream) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}
