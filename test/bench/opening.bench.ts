import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { BrowserContext, CDPSession, Frame, Page } from "playwright-core";
import { currentPanel, eventually, statusBar } from "../e2e/support/panel";
import type { Workbench } from "../e2e/support/workbench";
import { summarize, type Report } from "./harness";
import type { StoredChat } from "./panelChats";
import { withPanel } from "./panelStage";

const CHAT: StoredChat = { chatId: "bench5000", title: "A chat of 5,000 messages", messageCount: 5_000 };
const ROUNDS = 4;
const WARM_UP = 1;

interface Opening {
  /** From the key press to the first text on the panel's own page. */
  readonly firstPaint: number;
  /** From the click in the history to the conversation. */
  readonly conversation: number;
  /** From the arrival of the page's script to that first text. */
  readonly ownPart: number;
  readonly heapBytes: number;
}

/** A window in which nothing was opened yet: how soon the panel is seen, and what it holds in memory with a chat of 5,000 messages. */
export function bench(report: Report): Promise<void> {
  return withPanel(CHAT, async ({ workbench }) => {
    const openings: Opening[] = [];
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const opening = await openOnce(workbench, round);
      if (round >= 0) openings.push(opening);
    }
    const over = (pick: (opening: Opening) => number) => summarize("openings", openings.map(pick));
    const [first, own, conversation, heap] = [over((one) => one.firstPaint), over((one) => one.ownPart), over((one) => one.conversation), over((one) => one.heapBytes / 1e6)];
    report.add({ name: "panel: key press → first paint", figure: first.median, unit: "ms", spread: first, budget: { atMost: 400 } });
    report.add({ name: "panel: its script's arrival → first paint", figure: own.median, unit: "ms", spread: own });
    report.add({ name: "panel: click in the history → 5,000 messages", figure: conversation.median, unit: "ms", spread: conversation });
    report.add({ name: "panel: heap with 5,000 messages", figure: heap.median, unit: "MB", spread: heap, budget: { atMost: 60 } });
    report.note(`First paint: ${openings.length} windows after ${WARM_UP}, each with an extension host of its own, from the key press that opens the panel for the first time in it to the first contentful paint of the panel's page.`);
    report.note("Heap: the page's JavaScript heap after a collection, with the chat open less before the panel was opened: the editor's frames share one heap.");
  });
}

/** Opens a window on a folder never seen before, in it the panel by its keys, and in that the chat. */
async function openOnce(workbench: Workbench, round: number): Promise<Opening> {
  const { page, context, server } = workbench;
  const folder = join(dirname(workbench.workspace), `folder${round + WARM_UP}`);
  mkdirSync(folder);
  await page.goto(`http://127.0.0.1:${server.port}/?folder=${encodeURIComponent(folder)}`);
  // Until the extension runs there is nothing behind the key.
  await statusBar(workbench, "Cairn: ready").waitFor();
  await quiet(page);
  const before = await heapBytes(await context.newCDPSession(page));
  await notePress(page);
  await page.keyboard.press("Control+K");
  await page.keyboard.press("a");
  const panel = await currentPanel(workbench);
  const { frame } = panel;
  const pressedAt = await page.evaluate(() => (window as { pressedAt?: number }).pressedAt ?? NaN);
  const times = await eventually(() => paintTimes(frame), "the paints of the panel's page");
  await panel.history.click();
  const row = frame.getByRole("list", { name: "Chats" }).getByRole("button", { name: CHAT.title }).first();
  await row.waitFor();
  const conversation = conversationTime(frame);
  await row.click();
  const opening = { firstPaint: times.first - pressedAt, ownPart: times.first - times.script, conversation: await conversation };
  await quiet(page);
  return { ...opening, heapBytes: await panelHeap(context, page, frame, before) };
}

/** Resolves when the window has come to rest: it was idle for a second's worth of looks. */
function quiet(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const idle = (): Promise<number> => new Promise((resolve) => requestIdleCallback((deadline) => resolve(deadline.timeRemaining())));
    for (let calm = 0; calm < 10; ) {
      calm = (await idle()) > 30 ? calm + 1 : 0;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });
}

/** Lets the window note the key that opens the panel, ms since 1970. */
async function notePress(page: Page): Promise<void> {
  await page.evaluate(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "a") (window as { pressedAt?: number }).pressedAt = performance.timeOrigin + event.timeStamp;
    };
    window.addEventListener("keydown", onKey, { capture: true });
  });
}

/** From the next click to the paint of the first turn, ms. */
function conversationTime(frame: Frame): Promise<number> {
  return frame.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let clickedAt = NaN;
        document.addEventListener("click", (event) => (clickedAt = event.timeStamp), { capture: true, once: true });
        const observer = new MutationObserver(() => {
          if (document.querySelector("#cairn-root article") === null) return;
          observer.disconnect();
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => resolve(performance.now() - clickedAt);
            channel.port2.postMessage(0);
          });
        });
        observer.observe(document.body, { childList: true, subtree: true });
      }),
  );
}

/** As the page's own timelines say, ms since 1970; undefined until all are there. */
function paintTimes(frame: Frame): Promise<{ readonly first: number; readonly script: number } | undefined> {
  return frame.evaluate(() => {
    const first = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
    const script = performance.getEntriesByType("resource").find(({ name }) => name.includes("webview.js")) as PerformanceResourceTiming | undefined; // entries of this type are
    if (first === undefined || script === undefined) return undefined;
    const { timeOrigin } = performance;
    return { first: timeOrigin + first, script: timeOrigin + script.responseEnd };
  });
}

/** What the panel's page holds: in a process of its own all of that one's heap, else what has been added to the editor's. */
async function panelHeap(context: BrowserContext, page: Page, frame: Frame, before: number): Promise<number> {
  const own = await context.newCDPSession(frame).catch(() => undefined); // only a frame with a process of its own has one
  return own === undefined ? (await heapBytes(await context.newCDPSession(page))) - before : heapBytes(own);
}

async function heapBytes(session: CDPSession): Promise<number> {
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}
