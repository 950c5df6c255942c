import { openPanel, setKey, type Panel } from "../e2e/support/panel";
import { openWorkbench, type Workbench } from "../e2e/support/workbench";
import { startScriptedServer, type ScriptedServer } from "../support/scriptedServer";
import { writeChat, type StoredChat } from "./panelChats";

/** The packaged extension in a real editor beside a scripted server, with a stored chat in sight. */
export interface PanelStage {
  readonly server: ScriptedServer;
  readonly workbench: Workbench;
  /** As it is before any reload. */
  readonly panel: Panel;
}

/** Puts `chat` on disk, opens it in the panel and runs `body`; whatever becomes of that, all of it is closed and removed. */
export async function withPanel(chat: StoredChat, body: (stage: PanelStage) => Promise<void>): Promise<void> {
  const server = await startScriptedServer();
  const workbench = await openWorkbench({ settings: { "cairn.baseUrl": server.baseUrl } });
  try {
    await setKey(workbench, "sk-bench");
    writeChat(workbench.globalStorageDir, chat);
    const panel = await openPanel(workbench);
    await panel.history.click();
    await panel.frame.getByRole("list", { name: "Chats" }).getByRole("button", { name: chat.title }).first().click();
    await panel.conversation.getByRole("article").last().waitFor();
    await body({ server, workbench, panel });
  } finally {
    await workbench.close();
    await server.close();
  }
}
