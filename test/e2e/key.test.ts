import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { descendants } from "../../scripts/processes.mjs";
import { isTurn } from "../support/scriptedServer";
import { eventually, filesBelow, notification, setKey, statusBar, typeKey } from "./support/panel";
import { useStage } from "./support/stage";

const CANARY = "sk-ant-canary-7f3a9b2c51";
const ENVIRONMENT_CANARY = "sk-ant-envcanary-88d1e0c4a2";
const HEADER_CANARY = "header-canary-5e6f7a";

describe("the key", function () {
  const frames: string[] = [];
  const { server, workbench, panel, exchange, reopenPanel } = useStage({
    key: null,
    settings: { "cairn.headers": { "x-team": "Team ${secret:TEAM}" } },
    env: { ANTHROPIC_API_KEY: ENVIRONMENT_CANARY },
    prepare: async () => {
      server.acceptOnlyKey(CANARY);
      await recordFrames();
      await workbench.reload();
    },
  });

  /** Messages between host and webview travel through ports, and the last step to the page by its window's postMessage. */
  async function recordFrames(): Promise<void> {
    await workbench.context.exposeFunction("recordFrame", (frame: string) => void frames.push(frame));
    await workbench.context.addInitScript(() => {
      const record = (args: readonly unknown[]): void => {
        const send = (globalThis as unknown as { recordFrame?: (frame: string) => void }).recordFrame;
        try {
          send?.(JSON.stringify(args));
        } catch {
          // what cannot be turned into text holds no key's text
        }
      };
      const post = MessagePort.prototype.postMessage;
      MessagePort.prototype.postMessage = function (this: MessagePort, ...args: unknown[]) {
        record(args.slice(0, 1));
        return Reflect.apply(post, this, args) as void;
      };
    });
  }

  it("in the environment is offered once, tried when taken, and not stored when rejected", async () => {
    await panel.frame.getByRole("button", { name: "Use the key from ANTHROPIC_API_KEY" }).click();
    await notification(workbench, "needs the secret TEAM").waitFor();
    assert.deepEqual(server.requests, [], "nothing was sent while a header lacked its secret");
    await eventually(async () => (await panel.frame.getByRole("button", { name: "Use the key from ANTHROPIC_API_KEY" }).count()) === 0, "the offer to be gone");
    await statusBar(workbench, "Cairn: no key").waitFor();
  });

  it("a header's secret is stored by command and sent with every request", async () => {
    await workbench.command("Cairn: Set Header Secret");
    const box = workbench.page.locator(".quick-input-widget input");
    await workbench.page.locator(".quick-input-widget").getByText("The secret's NAME").waitFor();
    await box.fill("TEAM");
    await box.press("Enter");
    await workbench.page.locator(".quick-input-widget").getByText("empty deletes it").waitFor();
    assert.equal(await box.getAttribute("type"), "password");
    await box.fill(HEADER_CANARY);
    await box.press("Enter");
    await notification(workbench, "The secret TEAM is stored").waitFor();
  });

  it("rejected is said and not stored", async () => {
    await typeKey(workbench, "sk-ant-wrong");
    await notification(workbench, /rejected.*not stored/).waitFor();
    await statusBar(workbench, "Cairn: no key").waitFor();
    await workbench.command("Notifications: Clear All Notifications");
    await workbench.command("Cairn: Check API Key");
    await notification(workbench, "There is no API key yet").waitFor();
  });

  it("accepted is stored, checked, and survives a reload", async () => {
    await setKey(workbench, CANARY);
    const listed = server.requests.at(-1);
    assert.equal(listed?.headers["authorization"], `Bearer ${CANARY}`);
    assert.equal(listed?.headers["x-team"], `Team ${HEADER_CANARY}`);
    await workbench.command("Cairn: Check API Key");
    await notification(workbench, "The API key works").waitFor();
    await workbench.reload();
    await statusBar(workbench, "Cairn: ready").waitFor();
    await reopenPanel();
    await exchange("Do something", "A whole session.");
    assert.equal(server.requests.filter(isTurn).at(-1)?.headers["x-team"], `Team ${HEADER_CANARY}`);
    assert.equal(await panel.frame.getByRole("button", { name: "Use the key from ANTHROPIC_API_KEY" }).count(), 0, "never offered again");
  });

  it("that stops working is said in the chat, the status bar and the panel", async () => {
    server.rejectKey(CANARY);
    await panel.ask("Still there?");
    await panel.conversation.getByText("The API key was rejected").waitFor();
    await statusBar(workbench, "Cairn: key rejected").waitFor();
    server.acceptOnlyKey(undefined);
  });

  it("is found nowhere: not in messages, logs, journals, image, settings, arguments or children's environments", async () => {
    await workbench.command("Cairn: Show Log");
    await panel.history.click();
    await eventually(() => filesBelow(workbench.globalStorageDir).some((file) => file.endsWith("index.sqlite")), "the image among the files");
    const canaries = [CANARY, ENVIRONMENT_CANARY, HEADER_CANARY];
    assert.ok(frames.some((frame) => frame.includes("A whole session") && frame.includes("chat.events")), `messages to the webview were recorded (${frames.length})`);
    assert.ok(frames.some((frame) => frame.includes("turn.submit")), `messages of the webview were recorded (${frames.length})`);
    for (const canary of canaries) {
      assert.deepEqual(frames.filter((frame) => frame.includes(canary)), [], "webview messages");
      const holding = filesBelow(workbench.userDataDir).filter((file) => readFileSync(file, "latin1").includes(canary));
      assert.deepEqual(holding, [], "files of the editor's data folder");
      const workspaceFiles = filesBelow(workbench.workspace).filter((file) => readFileSync(file, "latin1").includes(canary));
      assert.deepEqual(workspaceFiles, [], "files of the workspace");
    }
    const processes = descendants(workbench.server.pid);
    const hosts = processes.filter((child) => child.command.includes("--type=extensionHost"));
    assert.ok(hosts.length > 0);
    for (const child of processes) {
      for (const canary of canaries) assert.equal(child.command.includes(canary), false, `arguments of ${child.pid}`);
    }
    for (const host of hosts) {
      // A child that has only just been forked is still its parent by all that can be seen of it.
      for (const child of descendants(host.pid).filter(({ command }) => command !== host.command)) {
        const environment = readFileSync(`/proc/${child.pid}/environ`, "latin1");
        for (const canary of canaries) assert.equal(environment.includes(canary), false, `environment of ${child.command}`);
      }
    }
  });

  it("is deleted by command, after a question", async () => {
    await workbench.command("Cairn: Delete API Key");
    await workbench.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await statusBar(workbench, "Cairn: no key").waitFor();
  });

  it("that cannot be tried is not stored unless the person insists", async () => {
    server.setModels({ status: 500, type: "api_error", message: "down" });
    await typeKey(workbench, "sk-ant-untried");
    const warning = notification(workbench, /could not be tried, and was not stored/);
    await warning.waitFor();
    await statusBar(workbench, "Cairn: no key").waitFor();
    await warning.hover();
    await warning.getByRole("button", { name: "Store Anyway" }).click();
    await statusBar(workbench, "Cairn: ready").waitFor();
  });
});
