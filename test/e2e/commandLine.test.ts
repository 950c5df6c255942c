import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandLineAt, type CommandResult } from "../support/commandLine";
import { installedExtensions } from "./support/extensions";
import { eventually, storedEvents } from "./support/panel";
import { useStage } from "./support/stage";

/** What a command has done is in an open history by then; the machine may be busy with other things. */
const SHOWN_MS = 4_000;

describe("the cairn command beside a window", function () {
  const { server, workbench, panel, exchange } = useStage();
  let cairn: ReturnType<typeof commandLineAt>;
  let file: string;

  before(async () => {
    const extensions = await installedExtensions();
    const folder = readdirSync(extensions).find((name) => name.startsWith("cairn.cairn-")) ?? "";
    cairn = commandLineAt(join(extensions, folder, "dist", "cli.js"));
    file = join(workbench.workspace, "chats.json");
  });

  const run = (...args: readonly string[]): Promise<CommandResult> => cairn.run(...args, "--data", workbench.globalStorageDir);
  async function done(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await run(...args);
    assert.equal(code, 0, stderr);
    return stdout;
  }
  const idOf = async (title: string): Promise<string> => {
    const chats = JSON.parse(await done("chats", "list", "--json")) as readonly { chatId: string; title: string }[]; // as list.ts prints them
    return chats.find((chat) => chat.title === title)?.chatId ?? assert.fail(`${title} is not listed: ${JSON.stringify(chats)}`);
  };
  const row = (title: string) => panel.chats.filter({ hasText: title });

  it("comes with the package, and lists and finds what was said in the window a moment ago", async () => {
    await exchange("How is tea shipped?", "In wooden crates.");
    await panel.newChat.click();
    await exchange("What about coffee?", "Coffee comes in sacks.");
    const listed = await done("chats", "list");
    assert.match(listed, /What about coffee\?.*\n.*How is tea shipped\?/);
    assert.match(await done("chats", "search", "wooden cra"), /Answer {2}How is tea shipped\?\n {4}In wooden crates\./);
    assert.match(await done("chats", "show", await idOf("What about coffee?")), /\nCoffee comes in sacks\.\n$/);
  });

  it("renames, deletes and restores, and the open history shows it by itself", async () => {
    const chatId = await idOf("How is tea shipped?");
    await panel.history.click();
    await row("How is tea shipped?").waitFor();
    await done("chats", "rename", chatId, "All about tea");
    await row("All about tea").waitFor({ timeout: SHOWN_MS });
    await done("chats", "delete", chatId);
    await row("All about tea").waitFor({ state: "detached", timeout: SHOWN_MS });
    await done("chats", "restore", chatId);
    await row("All about tea").waitFor({ timeout: SHOWN_MS });
  });

  it("leaves the chat alone that the window has open, and says so", async () => {
    const chatId = await idOf("What about coffee?");
    for (const args of [["rename", chatId, "Not this"], ["delete", chatId]]) {
      const { code, stdout, stderr } = await run("chats", ...args);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, /The chat is open in a window\. Show another chat there/);
    }
    await panel.frame.getByRole("button", { name: "Back to chat" }).click();
    await exchange("And cocoa?", "Cocoa too.");
    assert.equal(await panel.frame.getByText("Not this").count(), 0);
    await panel.newChat.click();
    await eventually(async () => (await run("chats", "rename", chatId, "All about coffee")).code === 0, "the chat to be free again");
    await panel.history.click();
    await row("All about coffee").waitFor({ timeout: SHOWN_MS });
  });

  it("imports beside the window, and both are of one mind about what is stored", async () => {
    await done("chats", "export", "-o", file);
    const before = storedEvents(workbench.globalStorageDir).length;
    assert.equal(await done("chats", "import", file), "0 chats were imported. 2 were already there.\n");
    assert.equal(storedEvents(workbench.globalStorageDir).length, before);
    const exported = await done("chats", "export");
    writeFileSync(file, exported.replaceAll(await idOf("All about tea"), "anotherchat00000000000000").replaceAll(await idOf("All about coffee"), "anotherchat00000000000001"));
    assert.equal(await done("chats", "import", file), "2 chats were imported.\n");
    await eventually(async () => (await panel.chats.count()) === 4, "the imported chats in the open history", SHOWN_MS);
    const verified = JSON.parse(await done("storage", "verify", "--json")) as { readonly isSound: boolean; readonly chatCount: number }; // as verify.ts prints it
    assert.deepEqual([verified.isSound, verified.chatCount], [true, 4]);
    assert.match(await done("usage", "--by", "chat"), /All about coffee/);
  });

  it("and the server saw nothing it did not expect", () => {
    assert.deepEqual(server.unexpected, []);
  });
});
