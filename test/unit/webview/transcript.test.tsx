import assert from "node:assert/strict";
import { signal } from "@preact/signals";
import { render } from "preact";
import type { ChatState, Turn } from "../../../src/core/protocol/chatState";
import { connect } from "../../../src/core/protocol/rpc";
import { createChatSession, type ChatSession } from "../../../src/webview/state/chatSession";
import type { Store } from "../../../src/webview/state/store";
import { StoreProvider } from "../../../src/webview/state/storeContext";
import { Transcript } from "../../../src/webview/views/Transcript";
import { createManualClock } from "../../support/fakes/clock";
import { createFakeHost } from "../../support/fakePort";
import { createTinyRoot, setTinyLayout, type TinyNode } from "./tinyDom";

const COUNT = 5000;
const TURN_HEIGHT = 150;
const VIEWPORT = 700;
const chatId = "c1";

function turn(index: number): Turn {
  const block = { kind: "text" } as const;
  return {
    turnId: `t${index}`,
    model: "model-a",
    startedAt: index,
    status: "done",
    blocks: [
      { blockId: "q", role: "user", block, text: `Question ${index}`, isOpen: false },
      { blockId: "a", role: "assistant", block, text: "An answer of some words. ".repeat(index % 12), isOpen: false },
    ],
  };
}

/** Observers of sizes that report when the test says so, as a page does once a frame. */
class TinyObserver {
  static readonly all = new Set<TinyObserver>();
  readonly #seen = new Map<TinyNode, number>();

  constructor(readonly report: (entries: readonly unknown[]) => void) {
    TinyObserver.all.add(this);
  }

  observe(node: TinyNode): void {
    this.#seen.set(node, -1);
  }

  unobserve(node: TinyNode): void {
    this.#seen.delete(node);
  }

  disconnect(): void {
    TinyObserver.all.delete(this);
  }

  flush(): void {
    const changed = [...this.#seen].filter(([node, height]) => node.scrollHeight !== height).map(([node]) => node);
    for (const node of changed) this.#seen.set(node, node.scrollHeight);
    if (changed.length > 0) this.report(changed.map((target) => ({ target, borderBoxSize: [{ blockSize: target.scrollHeight }] })));
  }
}

describe("the transcript of 5,000 turns", () => {
  const globals = globalThis as Record<string, unknown>; // what a page has and Node lacks is put there for these tests
  const root = createTinyRoot() as TinyNode;
  const frames: (() => void)[] = [];
  let chat: ChatSession;
  let log: TinyNode;
  let pageSteps: () => Promise<void>;

  const articles = (): readonly (string | null)[] => root.all("article").map((article) => article.getAttribute("data-item"));

  before(async () => {
    globals["ResizeObserver"] = TinyObserver;
    globals["MutationObserver"] = TinyObserver;
    globals["requestAnimationFrame"] = (callback: () => void) => frames.push(callback);
    globals["cancelAnimationFrame"] = () => undefined;
    globals["document"] = { activeElement: null, addEventListener: () => undefined, removeEventListener: () => undefined };
    globals["Element"] = Object.getPrototypeOf(root as object).constructor;
    const heightOf = (node: TinyNode): number => {
      if (node.tag === "article") return TURN_HEIGHT;
      if (node.getAttribute("class") === "turns-gap") return parseFloat(node.style["height"] ?? "0");
      return node.children.reduce((sum, child) => sum + heightOf(child), 0);
    };
    setTinyLayout({ viewport: VIEWPORT, heightOf });
    const clock = createManualClock();
    const state: ChatState = { chatId, seq: 7, title: "", createdAt: 0, updatedAt: 0, isDeleted: false, turns: Array.from({ length: COUNT }, (_, index) => turn(index)) };
    const host = createFakeHost({ handlers: { "chat.attach": () => ({ chat: state, draft: "", isWhole: true, isElsewhere: false, unsaved: null }) } });
    chat = createChatSession({ client: connect(host.port, { timers: clock, timeoutMs: 1000, report: assert.fail }), timers: clock, onEarlier: () => undefined, onStep: () => undefined });
    pageSteps = async () => {
      for (let step = 0; step < 4; step++) {
        await clock.advance(0);
        for (const observer of TinyObserver.all) observer.flush();
        for (const frame of frames.splice(0)) frame();
        await clock.advance(0);
      }
    };
    const store = { chat, found: signal(undefined), branches: { edit: signal(undefined), focusWish: signal(undefined), switching: signal(undefined) }, models: { nameOf: (id: string) => id }, connection: signal(undefined) } as unknown as Store; // all that the views of turns read
    render(<StoreProvider value={store}><Transcript /></StoreProvider>, root);
    void chat.show(chatId);
    await pageSteps();
    const found = root.all("div").find((node) => node.getAttribute("role") === "log");
    assert.ok(found);
    log = found;
  });

  after(() => {
    render(null, root as TinyNode & Element);
    setTinyLayout();
    for (const name of ["ResizeObserver", "MutationObserver", "requestAnimationFrame", "cancelAnimationFrame", "document", "Element"]) delete globals[name];
  });

  async function scrollTo(top: number): Promise<void> {
    log.scrollTop = top;
    log.dispatch("scroll");
    await pageSteps();
  }

  it("opens at its end with a few turns in the page, each of which knows its place", () => {
    assert.equal(articles().at(-1), "t4999");
    assert.ok(articles().length <= 40, `${articles().length} turns in the page`);
    const last = root.all("article").at(-1);
    assert.deepEqual([last?.getAttribute("aria-posinset"), last?.getAttribute("aria-setsize")], ["5000", "5000"]);
    assert.equal(last?.all("h2").length, 2);
    assert.equal(log.scrollTop, log.scrollHeight - VIEWPORT);
  });

  it("shows the first turn at the top, and keeps the last in the page", async () => {
    await scrollTo(0);
    assert.equal(articles()[0], "t0");
    assert.equal(articles().at(-1), "t4999");
    assert.ok(articles().length <= 40, `${articles().length} turns in the page`);
  });

  it("keeps the turn that holds the focus", async () => {
    const first = root.all("article")[0];
    assert.ok(first);
    const content = first.parentNode;
    content?.dispatch("focusin", { target: Object.assign(first, { closest: () => first }) });
    await scrollTo(400_000);
    assert.ok(articles().includes("t0"));
    assert.ok(articles().length <= 40, `${articles().length} turns in the page`);
    assert.equal(root.all("article")[0], first, "the very same element");
  });

  it("comes back to the latest, and follows what streams there", async () => {
    const jump = root.all("button").find((button) => button.textContent.includes("Jump to latest"));
    assert.ok(jump);
    Object.assign(log, { focus: () => undefined });
    jump.dispatch("click", { type: "click" });
    await pageSteps();
    assert.equal(log.scrollTop, log.scrollHeight - VIEWPORT);
    const envelope = { v: 1, id: "e", at: 0, chatId, turnId: "new" } as const;
    chat.receive([
      { ...envelope, type: "turn.started", seq: 8, model: "model-a" },
      { ...envelope, type: "block.started", seq: 9, blockId: "a", role: "assistant", block: { kind: "text" } },
      { ...envelope, type: "block.delta", seq: 9, blockId: "a", offset: 0, text: "New words" },
    ]);
    await pageSteps();
    assert.equal(articles().at(-1), "new");
    assert.match(root.textContent, /New words/);
    assert.equal(log.scrollTop, log.scrollHeight - VIEWPORT);
  });
});
