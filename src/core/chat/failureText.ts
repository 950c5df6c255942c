import { assertNever } from "../base/errors";
import { t } from "../base/l10n";
import { defined } from "../base/records";
import type { StorageError } from "../ports";
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

/** Why something could not be stored, and what to do. */
export function storageFailure({ code, message }: StorageError): Failure {
  return code === "elsewhere" || code === "gone" ? { code: "badRequest", message } : makeFailure("storage", { said: message });
}

/** Why a request is asked again after a wait, beside which the time is counted down. */
export function waitReason(code: FailureCode): string {
  if (code === "rateLimited") return t("Too many requests for this key.");
  return code === "overloaded" ? t("Claude is overloaded at the moment.") : t("The server had an error.");
}

function sentence(code: FailureCode, { model, host, status, seconds, retryAfterMs, said }: FailureDetails): string {
  const server = host ?? t("the server");
  const answer = said === undefined ? "" : ` ${t("It said: “{0}”", said)}`;
  const shownStatus = status === undefined ? "" : ` (${status})`;
  switch (code) {
    case "noKey":
      return t("There is no API key yet. Set one with “Cairn: Set API Key”, then send again.");
    case "keyRejected":
      return t("The API key was rejected by {0}. Set a valid one with “Cairn: Set API Key”.", server);
    case "billing":
      return t("The account has no credit or a billing problem. Check billing in the Anthropic console, then retry.");
    case "forbidden":
      return t("The key may not do this at {0}. Check its permissions, or use another key.", server);
    case "modelNotFound":
      return model === undefined
        ? t("The model is not available to this key. Choose another one in the model list, then retry.")
        : t("The model “{0}” is not available to this key. Choose another one in the model list, then retry.", model);
    case "badRequest":
      return t("The request was not accepted.{0} Change the message and send it again.", answer);
    case "tooLarge":
      return t("The message is too large to send. Shorten it or attach less, then send again.");
    case "contextExceeded":
      return t("The conversation is longer than the model can read. Continue in a new chat.");
    case "rateLimited":
      return retryAfterMs === undefined
        ? t("Too many requests for this key. Retry in a moment.")
        : t("Too many requests for this key. Retry in {0} s.", Math.ceil(retryAfterMs / 1000));
    case "serverError":
      return t("{0} had an error{1}. Retry in a moment.", capital(server), shownStatus);
    case "overloaded":
      return t("Claude is overloaded at the moment. Retry in a little while.");
    case "offline":
      return t("{0} could not be reached. Check the network and “cairn.baseUrl”, then retry.", capital(server));
    case "dns":
      return t("The name {0} could not be found. Check the network, the VPN and “cairn.baseUrl”, then retry.", server);
    case "proxy":
      return t("The proxy on the way to {0} did not let the request through{1}. Check the editor's “http.proxy” setting and the proxy's sign-in, then retry.", server, shownStatus);
    case "tls":
      return t("The certificate of {0} was not accepted. Check the editor's certificate and proxy settings, then retry.", server);
    case "malformedStream":
      return t("{0} sent something that is not a valid answer{1}. Retry; if it persists, check “cairn.baseUrl”.", capital(server), shownStatus);
    case "streamCut":
      return t("The connection broke in the middle of the answer. What had arrived is kept; retry to ask again.");
    case "idleTimeout":
      // Where a host is named, it has said nothing at all.
      if (host !== undefined) return t("{0} did not answer within {1} s. Retry to ask again.", capital(host), seconds ?? 0);
      return t("No more of the answer came for {0} s. What had arrived is kept; retry to ask again.", seconds ?? 0);
    case "refusal":
      return t("Claude declined to answer this. Change the message and send it again.");
    case "maxTokens":
      return t("The answer reached its length limit. Ask Claude to continue.");
    case "storage":
      return t("The conversation could not be saved.{0} Free some space or check the folder's permissions, then retry.", answer);
    case "unknown":
      return t("Something unexpected went wrong.{0} Retry; “Cairn: Show Log” has the details.", answer);
    default:
      return assertNever(code, "failure code");
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
