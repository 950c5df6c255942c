import assert from "node:assert/strict";
import { attach, isSecretPath, MAX_ATTACHMENT_LENGTH, pieces, renderAttachment } from "../../../../src/core/chat/attachments";
import { checkBaseUrl, resolveHeaders } from "../../../../src/core/chat/endpoint";
import { makeFailure } from "../../../../src/core/chat/failureText";
import { titleFrom } from "../../../../src/core/chat/title";
import type { FailureCode } from "../../../../src/core/protocol/failures";
import { createMemorySecrets } from "../../../support/fakes/stores";

describe("makeFailure", () => {
  it("has one sentence of its own for every failure, with what to do next", () => {
    const codes = [
      "noKey", "keyRejected", "billing", "forbidden", "modelNotFound", "badRequest", "tooLarge", "contextExceeded", "rateLimited", "serverError", "overloaded",
      "offline", "dns", "proxy", "tls", "malformedStream", "streamCut", "idleTimeout", "refusal", "maxTokens", "storage", "unknown",
    ] as const satisfies readonly FailureCode[];
    const isWhole: Exclude<FailureCode, (typeof codes)[number]> extends never ? true : false = true; // a code that is left out fails to compile
    const details = { model: "m", host: "api.example.com", status: 500, seconds: 90, retryAfterMs: 61_000, said: "no" };
    const sentences = codes.map((code) => makeFailure(code, details).message);
    assert.deepEqual([new Set(sentences).size, isWhole], [codes.length, true]);
    for (const sentence of sentences) assert.match(sentence, /\b(retry|send|set|check|continue)\b/i, sentence);
    assert.deepEqual(codes.filter((code) => /undefined|NaN/.test(makeFailure(code).message)), []);
  });
});

describe("titleFrom", () => {
  it("takes the first line that says something, without Markdown's marks", () => {
    assert.equal(titleFrom("\n\n## Why does   `total` lie?\nmore"), "Why does `total` lie?");
    assert.equal(titleFrom("> - * quoted list"), "quoted list");
  });

  it("cuts a long line at a word and never inside a character", () => {
    const title = titleFrom("please explain in great detail how the shopping cart computes its totals today");
    assert.equal(title, "please explain in great detail how the shopping cart…");
    assert.equal(titleFrom("🗿".repeat(80)), `${"🗿".repeat(60)}…`);
  });

  it("is never empty", () => {
    assert.equal(titleFrom(" \n```\n---"), "New chat");
  });
});

describe("attachments", () => {
  it("sends a whole file up to the limit and says so when it was cut", () => {
    const whole = attach({ path: "a.ts", language: "typescript", text: "x" });
    assert.deepEqual(whole, { block: { kind: "attachment", path: "a.ts", language: "typescript" }, text: "x" });
    const long = attach({ path: "a.ts", language: "typescript", text: `${"x".repeat(MAX_ATTACHMENT_LENGTH - 1)}😀tail` });
    assert.equal(long.text.length, MAX_ATTACHMENT_LENGTH - 1, "the emoji over the limit is left out whole");
    assert.equal(long.block.cutFrom, MAX_ATTACHMENT_LENGTH + 5);
    assert.match(renderAttachment(long), /Only the first 199999 of 200005 characters are shown/);
  });

  it("renders a selection with its lines and escapes the path", () => {
    const rendered = renderAttachment({ block: { kind: "attachment", path: 'a"<&.ts', language: "typescript", lines: { startLine: 3, endLine: 4 } }, text: "one\ntwo" });
    assert.equal(rendered, '<attachment path="a&quot;&lt;&amp;.ts" lines="3-4" language="typescript">\none\ntwo\n</attachment>');
  });

  it("never offers files that hold secrets", () => {
    for (const path of [".env", "app/.env.local", "server.pem", "a/b/tls.KEY", "home/.ssh/config", ".aws/credentials", "id_ed25519", ".npmrc"]) assert.equal(isSecretPath(path), true, path);
    for (const path of ["src/environment.ts", "keyboard.ts", "monkey.md", "docs/credentials-guide.md", "id_card.ts"]) assert.equal(isSecretPath(path), false, path);
  });

  it("pieces: join to the text and never split a character", () => {
    const text = "ab😀cd😀😀e";
    for (let size = 2; size < 12; size++) {
      const found = [...pieces(text, size)];
      assert.equal(found.map((piece) => piece.text).join(""), text);
      for (const piece of found) {
        assert.equal(text.slice(piece.offset, piece.offset + piece.text.length), piece.text);
        assert.ok(piece.text.isWellFormed());
      }
    }
    assert.deepEqual([...pieces("", 5)], []);
  });
});

describe("checkBaseUrl", () => {
  it("takes https anywhere and http on this machine", () => {
    assert.deepEqual(checkBaseUrl(""), { ok: true, value: "https://api.anthropic.com" });
    assert.deepEqual(checkBaseUrl(" https://gateway.example.com/anthropic/ "), { ok: true, value: "https://gateway.example.com/anthropic" });
    assert.deepEqual(checkBaseUrl("https://gateway.example.com/v1"), { ok: true, value: "https://gateway.example.com" });
    assert.deepEqual(checkBaseUrl("https://gateway.example.com/a/v1/messages"), { ok: true, value: "https://gateway.example.com/a" });
    for (const url of ["http://127.0.0.1:8080", "http://localhost:1", "http://[::1]:9"]) assert.equal(checkBaseUrl(url).ok, true, url);
  });

  it("refuses everything else with a reason", () => {
    for (const url of ["http://example.com", "ftp://127.0.0.1", "nonsense", "http://127.0.0.1.evil.example", "http://localhost.evil.example", "https://user:pw@example.com", "https://example.com/?x=1", "https://example.com/#a", "file:///etc/passwd"]) {
      const result = checkBaseUrl(url);
      assert.equal(result.ok, false, url);
      assert.match(result.ok ? "" : result.error, /cairn\.baseUrl/);
    }
  });
});

describe("resolveHeaders", () => {
  it("fills secrets in and leaves other text alone", async () => {
    const secrets = createMemorySecrets();
    await secrets.set("header.TEAM", "s3cret");
    const resolved = await resolveHeaders({ headers: { "x-team": "Bearer ${secret:TEAM}/${secret:TEAM}", "x-plain": "$& ${other}" } }, secrets);
    assert.deepEqual(resolved, { ok: true, value: { "x-team": "Bearer s3cret/s3cret", "x-plain": "$& ${other}" } });
  });

  it("refuses what a header cannot hold, and never shows a secret in saying so", async () => {
    const secrets = createMemorySecrets({ "header.TEAM": "canary\nline" });
    for (const headers of [{ "x team": "a" }, { "x-team": "Zürich ☃" }, { "x-team": "${secret:TEAM}" }, { "x-team": "${secret:my key}" }] as const) {
      const resolved = await resolveHeaders({ headers: headers as unknown as Record<string, string> }, secrets);
      assert.equal(resolved.ok, false, JSON.stringify(headers));
      assert.match(resolved.ok ? "" : resolved.error, /cairn\.headers/);
      assert.doesNotMatch(resolved.ok ? "" : resolved.error, /canary/);
    }
  });

  it("names a secret that is missing", async () => {
    const resolved = await resolveHeaders({ headers: { "x-team": "${secret:NONE}" } }, createMemorySecrets());
    assert.deepEqual(resolved, { ok: false, error: "The header x-team needs the secret NONE. Store it with “Cairn: Set Header Secret”." });
  });
});
