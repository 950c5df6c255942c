import assert from "node:assert/strict";
import { answer, cut, failure, malformedFrame, rateLimit, startScriptedServer, type ReplyPart, type ScriptedServer } from "../support/scriptedServer";
import { eventually, openPanel, setKey, type Panel } from "./support/panel";
import { openWorkbench, type Workbench } from "./support/workbench";

/** What the server does, what the person is told, and whether Retry can help. */
const CASES: readonly { readonly name: string; readonly reply: readonly ReplyPart[]; readonly says: RegExp; readonly canRetry: boolean }[] = [
  { name: "402, no credit", reply: [failure(402, "billing_error", "no credit")], says: /no credit or a billing problem/, canRetry: true },
  { name: "403, not allowed", reply: [failure(403, "permission_error", "no")], says: /may not do this/, canRetry: true },
  { name: "404, no such model", reply: [failure(404, "not_found_error", "model: x")], says: /is not available to this key/, canRetry: true },
  { name: "413, too large", reply: [failure(413, "invalid_request_error", "too large")], says: /too large to send/, canRetry: false },
  { name: "429 with a long wait", reply: [rateLimit(3_600_000)], says: /Too many requests.*3600 s/, canRetry: true },
  { name: "400, refused", reply: [failure(400, "invalid_request_error", "max_tokens: too many")], says: /was not accepted/, canRetry: true },
  { name: "an error event in mid-stream", reply: [answer("Some words. "), failure(529, "overloaded_error", "busy")], says: /overloaded/, canRetry: true },
  { name: "a malformed frame", reply: [answer("Some words. "), malformedFrame()], says: /not a valid answer/, canRetry: true },
  { name: "a cut connection", reply: [answer("Some words. "), cut()], says: /broke in the middle/, canRetry: true },
  { name: "a refusal", reply: [answer("No. "), { type: "end", stopReason: "refusal" }], says: /declined/, canRetry: false },
  { name: "a context that is full", reply: [answer("And so "), { type: "end", stopReason: "model_context_window_exceeded" }], says: /longer than the model can read/, canRetry: false },
];

describe("each failure", function () {
  let server: ScriptedServer;
  let workbench: Workbench;
  let panel: Panel;

  before(async function () {
    this.timeout(90_000);
    server = await startScriptedServer();
    workbench = await openWorkbench({ settings: { "cairn.baseUrl": server.baseUrl } });
    panel = await openPanel(workbench);
    await setKey(workbench, "sk-test-good");
  });

  after(async () => {
    await workbench.close();
    await server.close();
  });

  for (const { name, reply, says, canRetry } of CASES) {
    it(`${name}: one sentence, ${canRetry ? "and Retry" : "and no Retry that could not help"}`, async () => {
      await panel.newChat.click();
      await panel.message.fill("");
      server.enqueue(...reply);
      await panel.ask(`Fail: ${name}`);
      await panel.conversation.getByText(says).waitFor();
      assert.equal(await panel.conversation.getByText(says).count(), 1);
      await eventually(async () => ((await panel.retry.count()) > 0) === canRetry, `Retry ${canRetry ? "offered" : "not offered"}`);
      if (!canRetry) return;
      server.enqueue(answer(`Better: ${name}`));
      await panel.retry.click();
      await panel.conversation.getByText(`Better: ${name}`).waitFor();
      assert.equal(await panel.conversation.getByText("Some words.").count() <= 1, true, "nothing is doubled");
    });
  }
});
