import { assertNever } from "../../../core/base/errors";
import { cut, emptyMessage, errorBody, estimateTokens, sendFailure, usage, write, type Reply } from "./reply";
import { pause, untilAborted } from "./waiting";
import type { ApiFailure, Step, StopReason } from "./wire";

type ToolUse = Extract<Step, { type: "toolUse" }>;

/** Plays a reply's steps as the API's server-sent events and ends the response. */
export async function playStream(steps: AsyncIterable<Step>, reply: Reply): Promise<void> {
  const stream = openStream(reply);
  for await (const step of untilAborted(steps, reply.signal)) {
    if ((await playStep(step, stream, reply)) === "over") return;
  }
  if (!reply.signal.aborted) await stream.end();
}

async function playStep(step: Step, stream: MessageStream, reply: Reply): Promise<"over" | undefined> {
  switch (step.type) {
    case "start":
      await stream.start();
      return undefined;
    case "text":
    case "thinking":
      await stream.add(step.type, step.text);
      return undefined;
    case "toolUse":
      await stream.tool(step);
      return undefined;
    case "ping":
      await stream.ping();
      return undefined;
    case "pause":
      await pause(step.ms, reply.signal);
      return undefined;
    case "raw":
      await stream.raw(step.text);
      return undefined;
    case "error":
      await stream.fail(step.failure);
      return "over";
    case "cut":
      cut(reply.response);
      return "over";
    case "end":
      await stream.end(step.stopReason);
      return "over";
    default:
      return assertNever(step, "step");
  }
}

type MessageStream = ReturnType<typeof openStream>;

/** Keeps which block is open and writes the events in the order the API does. */
function openStream(reply: Reply) {
  const { response, request, signal } = reply;
  let started = false;
  let openBlock: "text" | "thinking" | undefined;
  let blockCount = 0;
  let outputText = "";
  let stopReason: StopReason = "end_turn";

  const send = (type: string, fields: object): Promise<void> =>
    write(response, `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`, signal);

  const headers = (): void => {
    if (response.headersSent) return;
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "request-id": reply.requestId,
    });
    response.flushHeaders();
  };

  const start = async (): Promise<void> => {
    if (started) return;
    started = true;
    headers();
    await send("message_start", { message: emptyMessage(reply) });
    await send("ping", {});
  };

  const openNew = async (block: object): Promise<void> => {
    await start();
    await send("content_block_start", { index: blockCount, content_block: block });
    blockCount += 1;
  };

  const delta = (fields: object): Promise<void> =>
    send("content_block_delta", { index: blockCount - 1, delta: fields });

  const close = async (): Promise<void> => {
    if (openBlock === "thinking") await delta({ type: "signature_delta", signature: SIGNATURE });
    if (openBlock) await send("content_block_stop", { index: blockCount - 1 });
    openBlock = undefined;
  };

  return {
    start,
    async add(kind: "text" | "thinking", text: string): Promise<void> {
      if (openBlock !== kind) {
        await close();
        await openNew(kind === "text" ? { type: kind, text: "", citations: null } : EMPTY_THINKING);
        openBlock = kind;
      }
      outputText += text;
      await delta(kind === "text" ? { type: "text_delta", text } : { type: "thinking_delta", thinking: text });
    },
    async tool(step: ToolUse): Promise<void> {
      await close();
      await openNew(toolBlock(step, {}, reply));
      const json = JSON.stringify(step.input);
      for (const fragment of ["", ...fragmentsOf(json, step.fragmentChars ?? 16)]) {
        await delta({ type: "input_json_delta", partial_json: fragment });
      }
      await send("content_block_stop", { index: blockCount - 1 });
      outputText += json;
      stopReason = "tool_use";
    },
    async ping(): Promise<void> {
      await start();
      await send("ping", {});
    },
    async raw(text: string): Promise<void> {
      headers();
      await write(response, text, signal);
    },
    async fail(failure: ApiFailure): Promise<void> {
      if (!response.headersSent) {
        sendFailure(response, failure, reply.requestId);
        return;
      }
      await write(response, `event: error\ndata: ${JSON.stringify(errorBody(failure, reply.requestId))}\n\n`, signal);
      response.end();
    },
    async end(reason: StopReason = stopReason): Promise<void> {
      await start();
      await close();
      await send("message_delta", {
        delta: { stop_reason: reason, stop_sequence: null, stop_details: null, container: null },
        usage: usage(request, estimateTokens(outputText)),
        context_management: null,
      });
      await send("message_stop", {});
      response.end();
    },
  };
}

/** Stands where the API puts the seal of a thinking block; nothing here reads it. */
export const SIGNATURE = "loopback";
const EMPTY_THINKING = { type: "thinking", thinking: "", signature: "" };

/** A tool call's content block. */
export function toolBlock(step: ToolUse, input: unknown, reply: Reply): object {
  return { type: "tool_use", id: step.id ?? reply.toolId(), name: step.name, input, caller: { type: "direct" } };
}

/** Cuts a text every `size` characters, never inside a code point. */
export function fragmentsOf(text: string, size: number): readonly string[] {
  const points = Array.from(text);
  const count = Math.ceil(points.length / size);
  return Array.from({ length: count }, (_, index) => points.slice(index * size, (index + 1) * size).join(""));
}
