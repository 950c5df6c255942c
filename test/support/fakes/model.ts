import { fail, ok, type Result } from "../../../src/core/base/result";
import { ModelFailure, type Model, type ModelEvent, type ModelRequest } from "../../../src/core/ports";
import type { ModelChoice } from "../../../src/core/protocol/calls";
import type { Usage } from "../../../src/core/protocol/chatState";
import type { Failure } from "../../../src/core/protocol/failures";

/** A place at which an answer waits until it is released; an abort ends the wait. */
export interface ModelHold {
  readonly type: "hold";
  /** Resolves when the consumer has taken everything before it. */
  readonly reached: Promise<void>;
  readonly released: Promise<void>;
  reach(): void;
  release(): void;
}

/** What an answer does next: it says something, waits, or throws (a `ModelFailure`, or anything else as a bug). */
export type ModelStep = ModelEvent | ModelHold | Error;

export interface ScriptedModel extends Model {
  /** The answers to come, one list of steps a request: `model.script.push([...answerSteps("Hello")])`. */
  readonly script: (readonly ModelStep[])[];
  readonly requests: ModelRequest[];
  /** Requests that were broken off or aborted before their script ended. */
  readonly brokenOff: ModelRequest[];
  /** What `listModels` answers. */
  listing: Result<readonly ModelChoice[], Failure>;
  /** How often the models were listed. */
  readonly listCount: number;
  /** Throws when a request came without a script, or a script was left over. */
  assertDone(): void;
}

/** A model that plays what a test wrote down, and throws on a request for which nothing was. */
export function createScriptedModel(choices: readonly ModelChoice[] = [modelChoice("claude-test")]): ScriptedModel {
  const script: (readonly ModelStep[])[] = [];
  const requests: ModelRequest[] = [];
  const brokenOff: ModelRequest[] = [];
  let unexpected = 0;
  let listCount = 0;

  async function* play(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelEvent> {
    if (signal.aborted) throw aborted();
    requests.push(request);
    const steps = script.shift();
    if (steps === undefined) {
      unexpected++;
      throw new Error(`Scripted model: request ${requests.length} came without a script. Push its steps before it.`);
    }
    let isOver = false;
    try {
      for (const step of steps) {
        // As over a wire, what was said comes in turns of its own.
        await Promise.resolve();
        if (signal.aborted) throw aborted();
        if (step instanceof Error) {
          isOver = true;
          throw step;
        }
        if (step.type !== "hold") yield step;
        else await waitAt(step, signal);
      }
      if (signal.aborted) throw aborted();
      isOver = true;
    } finally {
      if (!isOver) brokenOff.push(request);
    }
  }

  return {
    script,
    requests,
    brokenOff,
    listing: ok(choices),
    get listCount() {
      return listCount;
    },
    stream: play,
    async listModels(signal) {
      listCount++;
      return signal.aborted ? fail({ code: "unknown", message: "Cancelled." }) : this.listing;
    },
    assertDone() {
      if (unexpected > 0) throw new Error(`Scripted model: ${unexpected} requests came without a script.`);
      if (script.length > 0) throw new Error(`Scripted model: ${script.length} scripts were not asked for.`);
    },
  };
}

/** An answer of one text block in pieces of `chunk` characters, with its usage and its end. */
export function answerSteps(text: string, { chunk = 10, stopReason = "end_turn" }: { readonly chunk?: number; readonly stopReason?: string } = {}): readonly ModelStep[] {
  return [...textSteps(text, { chunk }), { type: "usage", usage: testUsage() }, { type: "ended", stopReason }];
}

/** One whole block; `index` is its place in the answer. */
export function textSteps(text: string, { chunk = 10, index = 0, kind = "text" }: { readonly chunk?: number; readonly index?: number; readonly kind?: "text" | "thinking" } = {}): readonly ModelStep[] {
  const deltas: ModelStep[] = [];
  for (let at = 0; at < text.length; at += chunk) deltas.push({ type: "delta", index, text: text.slice(at, at + chunk) });
  return [{ type: "blockStarted", index, kind }, ...deltas, { type: "blockEnded", index }];
}

export function modelFailure(failure: Failure): ModelFailure {
  return new ModelFailure(failure);
}

export function modelHold(): ModelHold {
  let reach = (): void => undefined;
  let release = (): void => undefined;
  const reached = new Promise<void>((resolve) => (reach = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  return { type: "hold", reached, released, reach: () => reach(), release: () => release() };
}

export function modelChoice(id: string, more: Partial<ModelChoice> = {}): ModelChoice {
  return { id, name: id, maxInputTokens: 200_000, maxTokens: 64_000, hasAdaptiveThinking: false, efforts: [], ...more };
}

export function testUsage(more: Partial<Usage> = {}): Usage {
  return { model: "claude-test", inputTokens: 11, outputTokens: 7, cacheReadTokens: 0, cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, ...more };
}

function aborted(): ModelFailure {
  return new ModelFailure({ code: "unknown", message: "Cancelled." }, { isAbort: true });
}

async function waitAt(hold: ModelHold, signal: AbortSignal): Promise<void> {
  hold.reach();
  await new Promise<void>((resolve) => {
    void hold.released.then(resolve);
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  if (signal.aborted) throw aborted();
}
