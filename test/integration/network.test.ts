import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import * as vscode from "vscode";
import { createClaude } from "../../src/extension/adapters/claude";
import { startScriptedServer } from "../support/scriptedServer";

const signal = new AbortController().signal;

/** A proxy on loopback that notes what it is asked for and sends every tunnel to one server. */
async function startProxy(target: () => number, isOpen = true): Promise<{ readonly url: string; readonly asked: string[]; close(): void }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url ?? ""}`);
    if (!isOpen) return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n");
    const upstream = connect(target(), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close: () => server.close() };
}

describe("the network, as the editor sees it", () => {
  it("requests go through the proxy that the editor's settings name", async () => {
    const server = await startScriptedServer();
    const proxy = await startProxy(() => Number(new URL(server.baseUrl).port));
    const settings = vscode.workspace.getConfiguration("http");
    await settings.update("proxy", proxy.url, vscode.ConfigurationTarget.Global);
    try {
      const model = createClaude({ endpoint: { baseUrl: "https://gateway.invalid", apiKey: "sk-test", headers: {} }, idleTimeoutMs: 3_000 });
      const listed = await model.listModels(signal);
      assert.equal(listed.ok, false, "the name does not exist, and the tunnel ends at a server without TLS");
      assert.ok(proxy.asked.some((line) => line.startsWith("CONNECT gateway.invalid:443")), `the proxy was asked: ${proxy.asked.join(", ")}`);
    } finally {
      await settings.update("proxy", undefined, vscode.ConfigurationTarget.Global);
      proxy.close();
      await server.close();
    }
  });

  it("a proxy that wants a sign-in, or is not there, is what is named when they do not get through", async () => {
    const proxy = await startProxy(() => 0, false);
    const settings = vscode.workspace.getConfiguration("http");
    const codes: string[] = [];
    try {
      for (const url of [proxy.url, "http://127.0.0.1:9"]) {
        await settings.update("proxy", url, vscode.ConfigurationTarget.Global);
        const model = createClaude({ endpoint: { baseUrl: "https://gateway.invalid", apiKey: "sk-test", headers: {} }, idleTimeoutMs: 3_000 });
        const listed = await model.listModels(signal);
        codes.push(listed.ok ? "ok" : listed.error.code);
      }
    } finally {
      await settings.update("proxy", undefined, vscode.ConfigurationTarget.Global);
      proxy.close();
    }
    assert.deepEqual(codes, ["proxy", "proxy"]);
  });

  it("and straight to the address where none is set", async () => {
    const server = await startScriptedServer();
    try {
      const model = createClaude({ endpoint: { baseUrl: server.baseUrl, apiKey: "sk-test", headers: { "x-team": "a" } }, idleTimeoutMs: 3_000 });
      assert.equal((await model.listModels(signal)).ok, true);
      assert.equal(server.requests[0]?.headers["x-team"], "a");
    } finally {
      await server.close();
    }
  });
});
