import assert from "node:assert/strict";
import { APIConnectionError, APIConnectionTimeoutError } from "@anthropic-ai/sdk/core/error";
import type { FailureCode } from "../../../../src/core/protocol/failures";
import { explainError } from "../../../../src/extension/adapters/claudeErrors";

/** A request that did not get through, as `fetch` reports it: the system's error is the last of the causes. */
function notConnected(fields: Readonly<Record<string, unknown>>, wrap: (cause: Error) => Error = (cause) => cause): APIConnectionError {
  const cause = wrap(Object.assign(new Error("the wording does not matter"), fields));
  return new APIConnectionError({ cause: new TypeError("fetch failed", { cause }) });
}

const refused = { code: "ECONNREFUSED", syscall: "connect", address: "192.0.2.1" };
const gathered = (cause: Error): Error => new AggregateError([cause, cause], "both addresses");

const cases: readonly (readonly [what: string, error: unknown, host: string, code: FailureCode])[] = [
  ["nobody listens", notConnected({ ...refused, port: 443 }), "api.example.com", "offline"],
  ["nobody listens at any of its addresses", notConnected({ ...refused, port: 8443 }, gathered), "gateway.example.com:8443", "offline"],
  ["nobody listens on this machine", notConnected({ ...refused, port: 80 }), "127.0.0.1", "offline"],
  ["the proxy does not listen", notConnected({ ...refused, port: 3128 }), "api.example.com", "proxy"],
  ["the proxy does not listen at any of its addresses", notConnected({ ...refused, port: 3128 }, gathered), "api.example.com", "proxy"],
  ["the proxy's name is not known", notConnected({ code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "proxy.example.com" }), "api.example.com", "proxy"],
  ["the proxy wants a sign-in", notConnected({ code: "UND_ERR_ABORTED" }, (cause) => Object.assign(new Error("Request was cancelled.", { cause }), { code: 0 })), "api.example.com", "proxy"],
  ["the name is not known", notConnected({ code: "ENOTFOUND", syscall: "getaddrinfo", hostname: "api.example.com" }), "API.example.com", "dns"],
  ["no server of names answers", notConnected({ code: "EAI_AGAIN", syscall: "getaddrinfo", hostname: "api.example.com" }), "api.example.com:8443", "dns"],
  ["no route leads there", notConnected({ code: "ENETUNREACH", syscall: "connect", port: 443 }), "api.example.com", "offline"],
  ["the connection is reset", notConnected({ code: "ECONNRESET", syscall: "read" }), "api.example.com", "offline"],
  ["the certificate is its own", notConnected({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" }), "api.example.com", "tls"],
  ["the certificate is another's", notConnected({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }), "api.example.com", "tls"],
  ["the certificate has run out", notConnected({ code: "CERT_HAS_EXPIRED" }), "api.example.com", "tls"],
  ["no answer comes in time", new APIConnectionTimeoutError(), "api.example.com", "offline"],
];

describe("explainError: requests that do not get through", () => {
  for (const [what, error, host, code] of cases) {
    it(`${what}: ${code}, with what to do next`, () => {
      const failure = explainError(error, { host });
      assert.equal(failure.code, code);
      assert.match(failure.message, /then retry\.$/);
      assert.doesNotMatch(failure.message, /wording/);
    });
  }

  it("has a sentence of its own for each", () => {
    const sentences = new Map(cases.map(([, error, host, code]) => [code, explainError(error, { host }).message]));
    assert.equal(new Set(sentences.values()).size, 4);
  });
});
