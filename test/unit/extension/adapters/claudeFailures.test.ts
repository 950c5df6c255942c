import assert from "node:assert/strict";
import { check } from "../../../../src/core/base/check";
import { ModelFailure, type Model } from "../../../../src/core/ports";
import { failure as failureCheck, type Failure, type FailureCode } from "../../../../src/core/protocol/failures";
import type { ErrorType } from "../../../../src/extension/adapters/demo/wire";
import { outcome, textOf } from "../../../support/contracts/model";
import { answer, cut, failure, malformedFrame, promptTooLong, startScriptedServer, type ScriptedServer } from "../../../support/scriptedServer";
import { createSelfSigned } from "../../../support/selfSigned";
import { connectTo, KEY, MODEL_ID, requestOf } from "./claudeTested";
import { startOddServer } from "./oddServer";

/** How an answer failed. Whatever happened, it is a failure that can be stored, its sentence is the error's, and no key is in it. */
async function failureOf(model: Model): Promise<Failure> {
  const { error } = await outcome(model.stream(requestOf(), new AbortController().signal));
  assert.ok(error instanceof ModelFailure, `no failure, but ${String(error)}`);
  assert.deepEqual(check(failureCheck, error.failure), { ok: true, value: error.failure });
  assert.deepEqual([error.message, error.isAbort], [error.failure.message, false]);
  assert.ok(!JSON.stringify(error.failure).includes(KEY));
  return error.failure;
}

describe("createClaude: failures that the API names", () => {
  let server: ScriptedServer;

  beforeEach(async () => {
    server = await startScriptedServer();
  });
  afterEach(() => server.close());

  const cases: readonly (readonly [status: number, type: ErrorType, code: FailureCode, sentence: RegExp])[] = [
    [400, "invalid_request_error", "badRequest", /was not accepted\. It said: “Sorry\.”/],
    [401, "authentication_error", "keyRejected", /key was rejected by 127\.0\.0\.1/],
    [402, "billing_error", "billing", /no credit/],
    [403, "permission_error", "forbidden", /may not do this/],
    [404, "not_found_error", "modelNotFound", new RegExp(`“${MODEL_ID}” is not available`)],
    [413, "request_too_large", "tooLarge", /too large/],
    [429, "rate_limit_error", "rateLimited", /Too many requests/],
    [500, "api_error", "serverError", /had an error \(500\)/],
    [504, "timeout_error", "serverError", /had an error \(504\)/],
    [529, "overloaded_error", "overloaded", /overloaded/],
  ];
  for (const [status, type, code, sentence] of cases) {
    it(`${status} ${type} is ${code}, asked once`, async () => {
      server.enqueue(failure(status, type, "Sorry."));
      const found = await failureOf(connectTo(server.baseUrl));
      assert.equal(found.code, code);
      assert.match(found.message, sentence);
      assert.ok(found.requestId !== undefined && found.requestId !== "");
      assert.equal(server.requests.length, 1);
    });

    it(`${type} in mid-stream is ${status === 400 || status === 413 ? "a failure" : code}, with the text before it`, async () => {
      server.enqueue(answer("Half"), failure(status, type, "Sorry."));
      const { events, error } = await outcome(connectTo(server.baseUrl).stream(requestOf(), new AbortController().signal));
      assert.equal(textOf(events, 0), "Half");
      assert.ok(error instanceof ModelFailure);
      if (status !== 400 && status !== 413) assert.equal(error.failure.code, code);
      assert.equal(server.requests.length, 1);
    });
  }

  it("a rejected key is said to be so", async () => {
    server.rejectKey(KEY);
    assert.equal((await failureOf(connectTo(server.baseUrl))).code, "keyRejected");
  });

  const waits: readonly (readonly [headers: Readonly<Record<string, string>>, waitMs: number | undefined])[] = [
    [{ "retry-after": "3" }, 3_000],
    [{ "retry-after-ms": "250", "retry-after": "3" }, 250],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "1.5" }, 1_500],
    [{ "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" }, undefined],
    [{ "retry-after": "-5" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ];
  for (const [headers, waitMs] of waits) {
    it(`429 with ${JSON.stringify(headers)} is to be asked again ${waitMs === undefined ? "at the caller's own time" : `after ${waitMs} ms`}, and is not by itself`, async () => {
      server.enqueue(failure(429, "rate_limit_error", "Sorry.", headers));
      const found = await failureOf(connectTo(server.baseUrl));
      assert.deepEqual([found.code, found.retryAfterMs], ["rateLimited", waitMs]);
      assert.equal(server.requests.length, 1);
    });
  }

  it("a wait beyond all numbers leaves a failure that can be stored", async () => {
    server.enqueue(failure(429, "rate_limit_error", "Sorry.", { "retry-after": "1e30" }));
    assert.equal((await failureOf(connectTo(server.baseUrl))).code, "rateLimited");
  });

  it("a frame that is no JSON is a malformed stream", async () => {
    server.enqueue(answer("Half"), malformedFrame());
    assert.equal((await failureOf(connectTo(server.baseUrl))).code, "malformedStream");
  });

  it("400 with the code prompt_too_long is contextExceeded", async () => {
    server.enqueue(promptTooLong());
    assert.equal((await failureOf(connectTo(server.baseUrl))).code, "contextExceeded");
  });

  it("a connection that breaks in mid-answer is a cut, one that breaks before is offline", async () => {
    server.enqueue(answer("Half"), cut());
    assert.equal((await failureOf(connectTo(server.baseUrl))).code, "streamCut");
    server.enqueue(cut());
    assert.equal((await failureOf(connectTo(server.baseUrl))).code, "offline");
    assert.equal(server.requests.length, 2);
  });
});

describe("createClaude: failures of other kinds", () => {
  async function codeFrom(...server: Parameters<typeof startOddServer>): Promise<FailureCode> {
    const odd = await startOddServer(...server);
    try {
      return (await failureOf(connectTo(odd.baseUrl))).code;
    } finally {
      await odd.close();
    }
  }

  it("a page in place of an answer is no valid answer", async () => {
    for (const type of ["text/html", "application/json", "text/event-stream"]) {
      assert.equal(await codeFrom((_request, response) => response.setHeader("content-type", type).end("<html>Please log in</html>")), "malformedStream", type);
    }
  });

  it("a page in place of an error goes by its status", async () => {
    const page = (status: number) => codeFrom((_request, response) => response.writeHead(status, { "content-type": "text/html" }).end("<html>No</html>"));
    assert.deepEqual([await page(401), await page(403), await page(407), await page(502)], ["keyRejected", "forbidden", "offline", "serverError"]);
  });

  it("404 is a missing model only where the API says so and a model was asked", async () => {
    const body = { type: "error", error: { type: "not_found_error", message: "no" } };
    const replies: readonly (readonly [body: string, code: FailureCode])[] = [
      [JSON.stringify(body), "modelNotFound"], [JSON.stringify({ error: { message: "no such model", type: null } }), "modelNotFound"],
      ["<html>Not here</html>", "malformedStream"], ["", "malformedStream"], [JSON.stringify({ detail: "Not Found" }), "malformedStream"],
    ];
    for (const [text, code] of replies) {
      const odd = await startOddServer((_request, response) => response.writeHead(404).end(text));
      const [asked, listed] = [await failureOf(connectTo(odd.baseUrl)), await connectTo(odd.baseUrl).listModels(new AbortController().signal)];
      await odd.close();
      assert.equal(asked.code, code, text);
      const sentence = `${new URL(odd.baseUrl).host} sent something that is not a valid answer (404). Retry; if it persists, check “cairn.baseUrl”.`;
      if (code === "malformedStream") assert.equal(asked.message, sentence);
      assert.deepEqual(listed, { ok: false, error: { code: "malformedStream", message: sentence } });
    }
  });

  it("an error in a form of its own is a failure like any other", async () => {
    const bodies = [{ error: { message: 42 } }, { error: { message: { text: "no" }, type: 7 } }, { error: "no" }, { error: null }, [], "no", { error: { type: "invalid_request_error", details: { error_code: 3 } } }];
    for (const body of bodies) {
      assert.equal(await codeFrom((_request, response) => response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify(body))), "badRequest", JSON.stringify(body));
    }
  });

  it("nobody listening is offline, named by host", async () => {
    const odd = await startOddServer(() => undefined);
    await odd.close();
    const found = await failureOf(connectTo(odd.baseUrl));
    assert.equal(found.code, "offline");
    assert.ok(found.message.startsWith(new URL(odd.baseUrl).host), found.message);
  });

  it("a host that does not exist is said to be so", async () => {
    // A label of 64 letters is refused before any server of names is asked.
    assert.equal((await failureOf(connectTo(`http://${"a".repeat(64)}.invalid`))).code, "dns");
  });

  it("a certificate that nobody vouches for is named as such", async () => {
    const found = await codeFrom((_request, response) => response.end(), createSelfSigned());
    assert.equal(found, "tls");
  });

  it("a server that speaks another protocol is offline", async () => {
    const odd = await startOddServer((request) => request.socket.end("SSH-2.0-OpenSSH\r\n"));
    const found = await failureOf(connectTo(odd.baseUrl));
    await odd.close();
    assert.equal(found.code, "offline");
  });

  it("a redirect to elsewhere is not followed", async () => {
    let seen = 0;
    const elsewhere = await startOddServer((_request, response) => (seen++, response.end()));
    await codeFrom((_request, response) => response.writeHead(307, { location: `${elsewhere.baseUrl}/v1/messages` }).end());
    await elsewhere.close();
    assert.equal(seen, 0);
  });
});
