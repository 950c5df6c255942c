import { readFileSync } from "node:fs";
import { answer, startScriptedServer, type ScriptedServer } from "../support/scriptedServer";
import { eventually, filesBelow, openPanel, setKey, type Panel } from "../e2e/support/panel";
import { openWorkbench, type Workbench } from "../e2e/support/workbench";
import { summarize, type Report } from "./harness";

const RELOADS = 6;
const SENDS = 25;
const WARM_UP = 5;

/** The packaged extension in the real editor: what activation takes, and how soon a question leaves. */
export async function bench(report: Report): Promise<void> {
  const server = await startScriptedServer();
  const workbench = await openWorkbench({ settings: { "cairn.baseUrl": server.baseUrl } });
  try {
    await setKey(workbench, "sk-bench");
    await benchSend(report, workbench, server);
    await benchActivation(report, workbench);
  } finally {
    await workbench.close();
    await server.close();
  }
}

/** From the Enter key in the webview to the request's arrival at the server: both clocks are this machine's. */
async function benchSend(report: Report, workbench: Workbench, server: ScriptedServer): Promise<void> {
  await workbench.page.keyboard.press("Control+P");
  await workbench.page.locator(".quick-input-widget input").fill("src/cart.ts");
  await workbench.page.locator(".quick-input-widget .monaco-list-row").first().waitFor();
  await workbench.page.keyboard.press("Enter");
  const panel = await openPanel(workbench);
  await panel.frame.getByRole("button", { name: /^Remove cart\.ts/ }).waitFor();
  const times: number[] = [];
  for (let index = -WARM_UP; index < SENDS; index++) {
    server.enqueue(answer(`Answer ${index}.`));
    const pressedAt = await pressEnter(panel, `Question ${index}`);
    const request = await server.waitForRequest();
    if (index >= 0) times.push(request.at - pressedAt);
    await panel.conversation.getByText(`Answer ${index}.`, { exact: true }).waitFor();
    await panel.send.waitFor();
  }
  const send = summarize("send", times);
  report.add({ name: "editor: Enter → request leaving, file attached", figure: send.median, unit: "ms", spread: send, budget: { atMost: 50 } });
  report.note(`Enter → request: ${times.length} sends after ${WARM_UP}, each with the question on disk (fsync) before the request leaves.`);
}

async function pressEnter(panel: Panel, text: string): Promise<number> {
  await panel.message.fill(text);
  await panel.frame.evaluate(() => {
    const holder = window as unknown as { pressedAt: number };
    document.addEventListener("keydown", () => (holder.pressedAt = Date.now()), { capture: true, once: true });
  });
  await panel.message.press("Enter");
  return panel.frame.evaluate(() => (window as unknown as { pressedAt: number }).pressedAt);
}

/** The extension says in its log what loading and activating took; each reload is a new extension host. */
async function benchActivation(report: Report, workbench: Workbench): Promise<void> {
  const activations = (): readonly { readonly wallMs: number; readonly cpuMs: number }[] =>
    filesBelow(workbench.userDataDir)
      .filter((file) => file.endsWith("Cairn.log"))
      .flatMap((file) => [...readFileSync(file, "utf8").matchAll(/Activated in ([\d.]+) ms, ([\d.]+) ms of it/g)].map((match) => ({ wallMs: Number(match[1]), cpuMs: Number(match[2]) })));
  const before = activations().length;
  for (let round = 1; round <= RELOADS; round++) {
    await workbench.reload();
    await eventually(() => activations().length >= before + round, `activation ${round} in the log`, 20_000);
  }
  const found = activations().slice(before);
  const cpu = summarize("cpu", found.map(({ cpuMs }) => cpuMs));
  const wall = summarize("wall", found.map(({ wallMs }) => wallMs));
  report.add({ name: "editor: activation, own work (processor)", figure: cpu.median, unit: "ms", spread: cpu, budget: { atMost: 10 } });
  report.add({ name: "editor: activation, wall clock", figure: wall.median, unit: "ms", spread: wall });
  report.note("Activation is loading the bundle and running activate(), both measured inside; on the wall's clock the starting editor's other threads count too.");
}
