import { APIConnectionError, APIConnectionTimeoutError, APIError } from "@anthropic-ai/sdk/core/error";
import { makeFailure, type FailureDetails } from "../../core/chat/failureText";
import type { Failure, FailureCode } from "../../core/protocol/failures";
import { codesOf, isOfProxy } from "./networkErrors";

export interface ErrorContext {
  /** With its port, where the address names one. */
  readonly host: string;
  readonly model?: string;
  /** Whether the answer had begun to arrive. */
  readonly hasStarted?: boolean;
}

const DNS_CODE = /^(ENOTFOUND|EAI_\w+|ENODATA|ESERVFAIL)$/;
const TLS_CODE = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH)/;

/** What an error of the SDK means to the person. Decided by status, type and code, never by the message's wording. */
export function explainError(error: unknown, { host, model, hasStarted = false }: ErrorContext): Failure {
  const details = (more: FailureDetails = {}): FailureDetails => ({ host, ...(model === undefined ? {} : { model }), ...more });
  if (error instanceof APIConnectionTimeoutError) return makeFailure("offline", details());
  if (error instanceof APIConnectionError) return makeFailure(codeOfConnection(error, host), details());
  if (error instanceof APIError) return explainApiError(error, details);
  if (error instanceof SyntaxError) return makeFailure("malformedStream", details());
  return makeFailure(hasStarted ? "streamCut" : "malformedStream", details());
}

/** Nothing was answered: why, by the codes and addresses that the system's errors carry. */
function codeOfConnection(error: APIConnectionError, host: string): FailureCode {
  const codes = codesOf(error);
  if (codes.some((code) => TLS_CODE.test(code))) return "tls";
  if (isOfProxy(error, host)) return "proxy";
  return codes.some((code) => DNS_CODE.test(code)) ? "dns" : "offline";
}

function explainApiError(error: APIError, details: (more?: FailureDetails) => FailureDetails): Failure {
  const status = error.status;
  const retryAfterMs = readRetryAfter(error.headers);
  const more: FailureDetails = {
    ...(status === undefined ? {} : { status }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(error.requestID === null || error.requestID === undefined ? {} : { requestId: error.requestID }),
    ...(typeof error.apiMessage !== "string" ? {} : { said: error.apiMessage.slice(0, 300) }),
  };
  if (error.status === 404 && !isAboutModel(error, details().model)) return makeFailure("malformedStream", details(more));
  return makeFailure(codeOf(error), details(more));
}

/** Whether a 404 says that there is no such model, and not that there is no such API: a gateway's page, or a list not found. */
function isAboutModel(error: APIError, model: string | undefined): boolean {
  return model !== undefined && (error.type !== null || error.apiMessage !== null);
}

function codeOf(error: APIError): FailureCode {
  if (error.errorCode !== null && /spend_limit|billing|contract/.test(error.errorCode)) return "billing";
  if (error.errorCode === "request_body_too_large_after_decoding") return "tooLarge";
  if (error.errorCode === "prompt_too_long") return "contextExceeded";
  switch (error.type) {
    case "authentication_error":
      return "keyRejected";
    case "billing_error":
      return "billing";
    case "permission_error":
      return "forbidden";
    case "not_found_error":
      return "modelNotFound";
    case "rate_limit_error":
      return "rateLimited";
    case "overloaded_error":
      return "overloaded";
    case "timeout_error":
      return "serverError";
    default:
      return codeOfStatus(error.status);
  }
}

function codeOfStatus(status: number | undefined): FailureCode {
  if (status === undefined) return "serverError";
  const known: Readonly<Record<number, FailureCode>> = { 401: "keyRejected", 402: "billing", 403: "forbidden", 404: "modelNotFound", 407: "proxy", 413: "tooLarge", 429: "rateLimited", 529: "overloaded" };
  return known[status] ?? (status >= 500 ? "serverError" : "badRequest");
}

/** The wait a server asks for, ms; dates are left to the caller's own rhythm. */
function readRetryAfter(headers: Headers | undefined): number | undefined {
  const exact = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  const seconds = Number(headers?.get("retry-after") ?? Number.NaN);
  const waitMs = Number.isFinite(exact) ? exact : seconds * 1000;
  return Number.isFinite(waitMs) && waitMs >= 0 ? Math.min(Math.round(waitMs), Number.MAX_SAFE_INTEGER) : undefined;
}
