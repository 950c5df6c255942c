import { assertNever } from "../../../core/base/errors";
import { SIGNATURE, toolBlock } from "./playStream";
import { cut, emptyMessage, estimateTokens, sendFailure, sendJson, usage, type Reply } from "./reply";
import { pause, untilAborted } from "./waiting";
import type { Step, StopReason } from "./wire";

/** Plays a reply's steps and answers with the whole message at once, as the API does without `stream`. */
export async function playMessage(steps: AsyncIterable<Step>, reply: Reply): Promise<void> {
  const content: object[] = [];
  let open: { readonly kind: "text" | "thinking"; text: string } | undefined;
  let stopReason: StopReason = "end_turn";

  const close = (): void => {
    if (open?.kind === "text") content.push({ type: "text", text: open.text, citations: null });
    if (open?.kind === "thinking") content.push({ type: "thinking", thinking: open.text, signature: SIGNATURE });
    open = undefined;
  };

  const finish = (reason: StopReason): void => {
    close();
    const outputTokens = estimateTokens(JSON.stringify(content));
    const message = {
      ...emptyMessage(reply),
      content,
      stop_reason: reason,
      usage: usage(reply.request, outputTokens),
    };
    sendJson(reply.response, message, reply.requestId);
  };

  for await (const step of untilAborted(steps, reply.signal)) {
    switch (step.type) {
      case "start":
      case "ping":
        break;
      case "text":
      case "thinking":
        if (open?.kind !== step.type) {
          close();
          open = { kind: step.type, text: "" };
        }
        open.text += step.text;
        break;
      case "toolUse":
        close();
        content.push(toolBlock(step, step.input, reply));
        stopReason = "tool_use";
        break;
      case "pause":
        await pause(step.ms, reply.signal);
        break;
      case "error":
        sendFailure(reply.response, step.failure, reply.requestId);
        return;
      case "raw":
        sendJson(reply.response, step.text, reply.requestId);
        return;
      case "cut":
        cut(reply.response);
        return;
      case "end":
        finish(step.stopReason);
        return;
      default:
        assertNever(step, "step");
    }
  }
  if (!reply.signal.aborted) finish(stopReason);
}
