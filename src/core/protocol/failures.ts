import { nat, obj, openLiteral, opt, str, type Infer } from "../base/check";

/** Why a turn or a call to the API failed. Code, not text, is what programs branch on. */
export const failureCode = openLiteral(
  "unknown",
  "noKey",
  "keyRejected",
  "billing",
  "forbidden",
  "modelNotFound",
  "badRequest",
  "tooLarge",
  "contextExceeded",
  "rateLimited",
  "serverError",
  "overloaded",
  "offline",
  "dns",
  "proxy",
  "tls",
  "malformedStream",
  "streamCut",
  "idleTimeout",
  "refusal",
  "maxTokens",
  "storage",
);
export type FailureCode = Infer<typeof failureCode>;

/** A failure as the person sees it: one sentence on what happened and what to do next. */
export const failure = obj({ code: failureCode, message: str, retryAfterMs: opt(nat), requestId: opt(str) });
export type Failure = Infer<typeof failure>;
