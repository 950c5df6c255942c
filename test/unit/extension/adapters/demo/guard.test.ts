import assert from "node:assert/strict";
import { request } from "node:http";
import { demoModels } from "../../../../../src/extension/adapters/demo/demoModel";
import { MAX_BODY_BYTES } from "../../../../../src/extension/adapters/demo/guard";
import { startMessagesServer, type MessagesServer } from "../../../../../src/extension/adapters/demo/messagesServer";
import type { Responder } from "../../../../../src/extension/adapters/demo/wire";

describe("messagesServer, asked by others", () => {
  let server: MessagesServer;
  const key = { authorization: "Bearer secret" };

  beforeEach(async () => {
    server = await startMessagesServer({ responder: sayYes, models: () => demoModels, token: "secret" });
  });
  afterEach(() => server.close());

  it("answers by any name of the loopback address", async () => {
    const { port } = new URL(server.baseUrl);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      assert.equal((await ask(server, { headers: { ...key, host } })).status, 200, host);
    }
  });

  it("refuses a Host that is not its own, as of a name rebound to this machine", async () => {
    const { port } = new URL(server.baseUrl);
    for (const host of [`evil.example:${port}`, "127.0.0.1", `127.0.0.1:${Number(port) + 1}`, `127.0.0.1.evil.example:${port}`]) {
      const answer = await ask(server, { headers: { ...key, host } });
      assert.deepEqual([answer.status, answer.errorType], [403, "permission_error"], host);
    }
  });

  it("refuses requests of web pages, whatever they know", async () => {
    for (const origin of ["https://evil.example", server.baseUrl, "null"]) {
      assert.equal((await ask(server, { headers: { ...key, origin } })).status, 403, origin);
    }
    assert.equal((await ask(server, { headers: { ...key, "sec-fetch-site": "cross-site" } })).status, 403);
    const preflight = { method: "OPTIONS", path: "/v1/messages", headers: { origin: "https://evil.example" } };
    const answer = await ask(server, preflight);
    assert.equal(answer.status, 403);
    assert.equal(answer.headers["access-control-allow-origin"], undefined);
  });

  it("takes the key by either header, and refuses none, another or a part of it", async () => {
    assert.equal((await ask(server, { headers: { "x-api-key": "secret" } })).status, 200);
    assert.equal((await ask(server, { headers: key })).status, 200);
    const refused = [{}, { authorization: "Bearer secre" }, { authorization: "secret" }, { "x-api-key": "secrets" }];
    for (const headers of refused) {
      const answer = await ask(server, { headers });
      assert.deepEqual([answer.status, answer.errorType], [401, "authentication_error"]);
      assert.match(String(answer.headers["request-id"]), /^req_/);
    }
  });

  it("asks for no key when it was given none", async () => {
    const open = await startMessagesServer({ responder: sayYes, models: () => demoModels });
    try {
      assert.equal((await ask(open, {})).status, 200);
    } finally {
      await open.close();
    }
  });

  it("refuses a body over the limit by its announced length", async () => {
    const headers = { ...key, "content-length": String(MAX_BODY_BYTES + 1) };
    const answer = await ask(server, { method: "POST", path: "/v1/messages", headers });
    assert.deepEqual([answer.status, answer.errorType], [413, "request_too_large"]);
  });

  it("refuses a body that grows over the limit", async () => {
    const body = Buffer.alloc(MAX_BODY_BYTES + 1, 32);
    const headers = { ...key, "transfer-encoding": "chunked" };
    const answer = await ask(server, { method: "POST", path: "/v1/messages", headers, body });
    assert.deepEqual([answer.status, answer.errorType], [413, "request_too_large"]);
  });

  it("says what is wrong with a malformed request", async () => {
    const bodies: readonly (readonly [string, RegExp])[] = [
      ["{nope", /JSON object/],
      ["[]", /JSON object/],
      ["{}", /model/],
      ['{"model":"demo"}', /max_tokens/],
      ['{"model":"demo","max_tokens":1,"messages":[]}', /messages/],
      ['{"model":"demo","max_tokens":1,"messages":[{"role":"robot","content":"x"}]}', /messages\.0\.role/],
      ['{"model":"demo","max_tokens":1,"messages":[{"role":"user","content":[{}]}]}', /messages\.0\.content\.0/],
      ['{"model":"demo","max_tokens":1,"messages":[{"role":"user","content":"x"}],"tools":{}}', /tools/],
    ];
    for (const [body, message] of bodies) {
      const answer = await ask(server, { method: "POST", path: "/v1/messages?beta=true", headers: key, body: Buffer.from(body) });
      assert.deepEqual([answer.status, answer.errorType], [400, "invalid_request_error"], body);
      assert.match(answer.text, message);
    }
  });

  it("answers 404 to other paths and methods", async () => {
    for (const [method, path] of [["GET", "/"], ["GET", "/v1/messages"], ["POST", "/v1/models"], ["POST", "/v1/complete"]]) {
      assert.equal((await ask(server, { method, path, headers: key })).status, 404, `${method} ${path}`);
    }
  });

  it("listens on loopback alone", async () => {
    const host = "0.0.0.0" as "127.0.0.1"; // as a caller without types might
    await assert.rejects(startMessagesServer({ responder: sayYes, models: () => [], host }), /Not a loopback address/);
  });

  it("rejects when its port is taken", async () => {
    const port = Number(new URL(server.baseUrl).port);
    await assert.rejects(startMessagesServer({ responder: sayYes, models: () => [], port }), { code: "EADDRINUSE" });
  });
});

const sayYes: Responder = async function* () {
  yield { type: "text", text: "yes" };
};

interface Asked {
  readonly method?: string | undefined;
  readonly path?: string | undefined;
  readonly headers?: Record<string, string>;
  readonly body?: Buffer;
}

/** A bare HTTP request: unlike `fetch`, it sends whatever Host and Origin it is told. */
async function ask(server: MessagesServer, { method = "GET", path = "/v1/models", headers = {}, body }: Asked) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string; errorType: string | undefined }>(
    (resolve, reject) => {
      const sent = request(new URL(path, server.baseUrl), { method, headers, agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () => {
          const parsed = JSON.parse(text) as { error?: { type: string } }; // the server only answers JSON here
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, errorType: parsed.error?.type });
          sent.destroy();
        });
      });
      sent.on("error", reject);
      if (headers["content-length"] === undefined) sent.end(body);
      else sent.flushHeaders();
    },
  );
}
