import { assertNever } from "../base/errors";
import { defined } from "../base/records";
import type { Failure, FailureCode } from "../protocol/failures";

export interface FailureDetails {
  readonly model?: string;
  readonly host?: string;
  readonly status?: number;
  readonly seconds?: number;
  readonly retryAfterMs?: number;
  readonly requestId?: string;
  /** What the other side said, for codes that a fixed sentence cannot cover. */
  readonly said?: string;
}

/** A failure with its one sentence on what happened and what to do next. */
export function makeFailure(code: FailureCode, details: FailureDetails = {}): Failure {
  return defined({ code, message: sentence(code, details), retryAfterMs: details.retryAfterMs, requestId: details.requestId });
}

/** Why a request is asked again after a wait, beside which the time is counted down. */
export function waitReason(code: FailureCode): string {
  if (code === "rateLimited") return "Too many requests for this key.";
  return code === "overloaded" ? "Claude is overloaded at the moment." : "The server had an error.";
}

function sentence(code: FailureCode, { model, host, status, seconds, retryAfterMs, said }: FailureDetails): string {
  const server = host ?? "the server";
  const answer = said === undefined ? "" : ` It said: “${said}”`;
  switch (code) {
    case "noKey":
      return "There is no API key yet. Set one with “Cairn: Set API Key”, then send again.";
    case "keyRejected":
      return `The API key was rejected by ${server}. Set a valid one with “Cairn: Set API Key”.`;
    case "billing":
      return "The account has no credit or a billing problem. Check billing in the Anthropic console, then retry.";
    case "forbidden":
      return `The key may not do this at ${server}. Check its permissions, or use another key.`;
    case "modelNotFound":
      return `The model ${model === undefined ? "" : `“${model}” `}is not available to this key. Choose another one in the model list, then retry.`;
    case "badRequest":
      return `The request was not accepted.${answer} Change the message and send it again.`;
    case "tooLarge":
      return "The message is too large to send. Shorten it or attach less, then send again.";
    case "contextExceeded":
      return "The conversation is longer than the model can read. Continue in a new chat.";
    case "rateLimited":
      return `Too many requests for this key. Retry ${retryAfterMs === undefined ? "in a moment" : `in ${Math.ceil(retryAfterMs / 1000)} s`}.`;
    case "serverError":
      return `${capital(server)} had an error${status === undefined ? "" : ` (${status})`}. Retry in a moment.`;
    case "overloaded":
      return "Claude is overloaded at the moment. Retry in a little while.";
    case "offline":
      return `${capital(server)} could not be reached. Check the network and “cairn.baseUrl”, then retry.`;
    case "dns":
      return `The name ${server} could not be found. Check the network, the VPN and “cairn.baseUrl”, then retry.`;
    case "proxy":
      return `The proxy on the way to ${server} did not let the request through${status === undefined ? "" : ` (${status})`}. Check the editor's “http.proxy” setting and the proxy's sign-in, then retry.`;
    case "tls":
      return `The certificate of ${server} was not accepted. Check the editor's certificate and proxy settings, then retry.`;
    case "malformedStream":
      return `${capital(server)} sent something that is not a valid answer${status === undefined ? "" : ` (${status})`}. Retry; if it persists, check “cairn.baseUrl”.`;
    case "streamCut":
      return "The connection broke in the middle of the answer. What had arrived is kept; retry to ask again.";
    case "idleTimeout":
      return `No more of the answer came for ${seconds ?? 0} s. What had arrived is kept; retry to ask again.`;
    case "refusal":
      return "Claude declined to answer this. Change the message and send it again.";
    case "maxTokens":
      return "The answer reached its length limit. Ask Claude to continue.";
    case "storage":
      return `The conversation could not be saved.${answer} Free some space or check the folder's permissions, then retry.`;
    case "unknown":
      return `Something unexpected went wrong.${answer} Retry; “Cairn: Show Log” has the details.`;
    default:
      return assertNever(code, "failure code");
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
