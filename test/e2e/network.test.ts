import assert from "node:assert/strict";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { writeSettings } from "../../scripts/editorSettings.mjs";
import { startRefusingProxy, type RefusingProxy } from "../support/proxy";
import { answer, isTurn } from "../support/scriptedServer";
import { createSelfSigned } from "../support/selfSigned";
import { eventually, statusBar } from "./support/panel";
import { sentTurn } from "./support/sent";
import { useStage } from "./support/stage";

/** No resolver knows it, and none has to be asked: no part of a name may be this long. */
const NOWHERE = `${"a".repeat(64)}.invalid`;
/** Behind the proxy; the other addresses are not. */
const GATEWAY = "gateway.invalid";

describe("no way to the server", function () {
  const { server, workbench, panel, stopServer, restartServer } = useStage({ prepare });
  let tlsServer: Server;
  let proxy: RefusingProxy;

  async function prepare(): Promise<void> {
    tlsServer = createServer(createSelfSigned(), (_request, response) => response.end());
    await new Promise<void>((resolve) => tlsServer.listen(0, "127.0.0.1", resolve));
    proxy = await startRefusingProxy();
    // Wherever the editor runs, these are the person's own settings, which it reads when a window loads.
    writeSettings(workbench.userDataDir, { "http.proxy": proxy.url, "http.noProxy": [NOWHERE] }, { isDesktop: true });
    await workbench.reload();
  }

  after(async () => {
    tlsServer.close();
    await proxy.close();
  });

  beforeEach(() => panel.newChat.click());
  afterEach(() => connectTo(server.baseUrl));

  /** The editor reads the file by itself when it changes, and Cairn looks for the models at the new address. */
  async function connectTo(baseUrl: string): Promise<void> {
    writeSettings(workbench.userDataDir, { "cairn.baseUrl": baseUrl });
    await statusBar(workbench, baseUrl === server.baseUrl ? "Cairn: ready" : "Cairn: offline").waitFor();
  }

  /** One sentence, the question back in the box, and Retry, which helps once `mend` has made things right. */
  async function failsUntil(question: string, says: RegExp, mend: () => Promise<void>): Promise<void> {
    await panel.ask(question);
    await panel.conversation.getByText(says).waitFor();
    assert.equal(await panel.conversation.getByText(says).count(), 1, "one sentence");
    await eventually(async () => (await panel.message.inputValue()) === question, "the question back in the box");
    await panel.retry.waitFor();
    await statusBar(workbench, "Cairn: offline").waitFor();
    await mend();
    const before = server.requests.filter(isTurn).length;
    server.enqueue(answer(`Heard: ${question}`));
    await panel.retry.click();
    await panel.conversation.getByText(`Heard: ${question}`).waitFor();
    await statusBar(workbench, "Cairn: ready").waitFor();
    assert.equal(await panel.message.inputValue(), "", "Retry takes the question out of the box again");
    assert.equal(await panel.conversation.getByText(question, { exact: true }).count(), 1, "the question stands once");
    assert.deepEqual(server.requests.filter(isTurn).slice(before).map((request) => sentTurn(request).messages), [[`user: ${question}`]]);
  }

  const mendSettings = (): Promise<void> => connectTo(server.baseUrl);

  it("a network that is down", async () => {
    await stopServer();
    await failsUntil("Anyone there?", /could not be reached\. Check the network and “cairn\.baseUrl”, then retry/, restartServer);
  });

  it("a name that is not known", async () => {
    await connectTo(`https://${NOWHERE}`);
    await failsUntil("What is it called?", /The name a+\.invalid could not be found\. Check the network, the VPN and “cairn\.baseUrl”, then retry/, mendSettings);
  });

  for (const [status, what] of [[407, "a proxy that wants a sign-in"], [502, "a proxy that cannot get on"]] as const) {
    it(what, async () => {
      proxy.answerWith(status);
      await connectTo(`https://${GATEWAY}`);
      await failsUntil(`Let me through, ${status}`, /The proxy on the way to gateway\.invalid did not let the request through.* Check the editor's “http\.proxy” setting and the proxy's sign-in, then retry/, mendSettings);
      assert.ok(proxy.asked.includes("CONNECT gateway.invalid:443"), proxy.asked.join(", "));
    });
  }

  it("a certificate that nobody vouches for", async () => {
    const { port } = tlsServer.address() as AddressInfo; // it listens on a port
    await connectTo(`https://127.0.0.1:${port}`);
    await failsUntil("Who are you?", /The certificate of 127\.0\.0\.1:\d+ was not accepted\. Check the editor's certificate and proxy settings, then retry/, mendSettings);
  });
});
