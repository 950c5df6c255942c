import assert from "node:assert/strict";
import * as vscode from "vscode";
import { emptyChat } from "../../src/core/protocol/chatState";
import type { Handlers } from "../../src/core/protocol/rpc";
import { systemClock as clock } from "../../src/extension/adapters/clock";
import { createActiveEditor } from "../../src/extension/editor/activeEditor";
import { ChatTabs } from "../../src/extension/view/chatTabs";
import { createRecordingLog } from "../support/fakes/log";
import { createMemoryPanel } from "../support/fakes/panel";
import { activeCairn, until } from "./support/cairn";

describe("chats in tabs", () => {
  let tabs: ChatTabs | undefined;
  // The extension's end leaves its tabs to the editor, which may only be about to load it again.
  afterEach(async () => {
    tabs?.dispose();
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  const shownTabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputWebview);

  it("stand beside the code, each with the page and its own chat", async function () {
    this.timeout(20_000);
    const { extension } = await activeCairn();
    const uri = (name: string): vscode.Uri => vscode.Uri.joinPath(extension.extensionUri, name);
    const attached: string[] = [];
    const panel = createMemoryPanel({ chatId: "side", drafts: {} });
    tabs = new ChatTabs({
      dist: uri("dist"), media: uri("media"), icon: { light: uri("media/cairn-light.svg"), dark: uri("media/cairn-dark.svg") }, clock, log: createRecordingLog(), panel,
      createHandlers: (memory) =>
        ({
          "panel.open": async () => ({ connection: { status: "ready", offersEnvironmentKey: false }, chatId: (await memory.read()).chatId ?? null, draft: "", model: "m", effort: null, models: [], context: null, examples: [], isTab: true }),
          "panel.show": () => ({}),
          "chat.attach": ({ chatId }: { readonly chatId: string }) => {
            attached.push(chatId);
            return { chat: { ...emptyChat(chatId), seq: 1 }, draft: "", isWhole: true, isElsewhere: false, unsaved: null };
          },
          "chat.list": () => ({ chats: [], facets: { folders: [], models: [], agents: [], tags: [] }, hasMore: false }),
          "models.list": () => ({ models: [], model: "m" }),
        }) as unknown as Handlers, // what a page asks when it opens
      titleOf: async (chatId) => `Chat ${chatId}`,
      onVisibility: () => undefined,
    });
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, "src/cart.ts"));
    const editor = createActiveEditor(createRecordingLog());
    editor.onChange(() => void editor.context());
    assert.equal(editor.context()?.path, "src/cart.ts");
    assert.equal(editor.examples()[0], "What does cart.ts do?");
    await tabs.open("a");
    await tabs.open("b");
    await until(() => attached.includes("a") && attached.includes("b"), "both pages have asked for their chat", 15_000);
    await tabs.open("b");
    assert.deepEqual(shownTabs().map((tab) => tab.label).sort(), ["Chat a", "Chat b"]);
    assert.ok((await tabs.shownChats()).includes("b"));
    assert.equal((await panel.read()).chatId, "side");
    await until(() => vscode.window.activeTextEditor === undefined, "the chat is in front");
    assert.equal(editor.context()?.path, "src/cart.ts", "the code beside the chat is what is asked about");
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await until(() => shownTabs().length === 0, "the tabs are closed");
    assert.deepEqual(await tabs.shownChats(), []);
  });
});
