import assert from "node:assert/strict";
import { options, render, type FunctionComponent, type VNode } from "preact";
import { connect } from "../../../src/core/protocol/rpc";
import { createStore, type Store } from "../../../src/webview/state/store";
import { StoreProvider } from "../../../src/webview/state/storeContext";
import { TurnView } from "../../../src/webview/views/TurnView";
import { createManualClock } from "../../support/fakes/clock";
import { createFakeHost, type FakeHost } from "../../support/fakePort";
import { createTinyRoot, takeChanges, type TinyNode } from "./tinyDom";

const chatId = "c1";
const BEGINNING = "First paragraph.\n\n```ts\nlet a;\n```\n\nSecond";
const CHAT = {
  [chatId]: [
    { type: "chat.created", chatId, title: "A chat" },
    { type: "turn.started", chatId, turnId: "t1", model: "model-a" },
    { type: "block.started", chatId, turnId: "t1", blockId: "q", role: "user", block: { kind: "text" } },
    { type: "block.part", chatId, turnId: "t1", blockId: "q", offset: 0, text: "Why?" },
    { type: "block.ended", chatId, turnId: "t1", blockId: "q" },
    { type: "block.started", chatId, turnId: "t1", blockId: "one", role: "assistant", block: { kind: "text" } },
    { type: "block.part", chatId, turnId: "t1", blockId: "one", offset: 0, text: "A first block." },
    { type: "block.ended", chatId, turnId: "t1", blockId: "one" },
    { type: "block.started", chatId, turnId: "t1", blockId: "two", role: "assistant", block: { kind: "text" } },
    { type: "block.part", chatId, turnId: "t1", blockId: "two", offset: 0, text: BEGINNING },
  ],
} as const;

interface Stage {
  readonly host: FakeHost;
  readonly store: Store;
  readonly root: TinyNode;
  /** Names of the components that ran since the last call. */
  takeRenders(): readonly string[];
  settle(): Promise<void>;
  clear(): void;
}

async function createStage(): Promise<Stage> {
  const clock = createManualClock();
  const host = createFakeHost({ chatId, chats: CHAT });
  const client = connect(host.port, { timers: clock, timeoutMs: 30_000, report: assert.fail });
  const store = createStore(client, clock);
  const settle = (): Promise<void> => clock.advance(0);
  const renders: string[] = [];
  // Preact's hook before a component runs has no public name; its tools hang on to this one.
  const hooks = options as { __r?: (vnode: VNode) => void };
  const before = hooks.__r;
  hooks.__r = (vnode) => {
    if (typeof vnode.type === "function") renders.push((vnode.type as FunctionComponent).displayName ?? vnode.type.name);
    before?.(vnode);
  };
  await store.start();
  const root = createTinyRoot();
  render(
    <StoreProvider value={store}>
      <TurnView turnId="t1" position={1} count={1} />
    </StoreProvider>,
    root,
  );
  await settle();
  renders.length = 0;
  takeChanges();
  return {
    host,
    store,
    root,
    takeRenders: () => renders.splice(0),
    settle,
    clear() {
      render(null, root);
      if (before === undefined) delete hooks.__r;
      else hooks.__r = before;
    },
  };
}

describe("the transcript while an answer streams", () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await createStage();
  });
  afterEach(() => stage.clear());

  it("runs the open block's view alone for a delta, and in it nothing but the last paragraph's", async () => {
    const { host, root } = stage;
    host.emit({ type: "block.delta", chatId, turnId: "t1", blockId: "two", offset: BEGINNING.length, text: " paragraph" });
    await stage.settle();
    const [blockView, markdown, ...blocks] = stage.takeRenders();
    assert.deepEqual([blockView, markdown, new Set(blocks)], ["BlockView", "Markdown", new Set(["Block"])]);
    assert.deepEqual(takeChanges().map((node) => node.html), ["Second paragraph"]);
    assert.match(root.textContent, /A first block\.First paragraph\..*Second paragraph/);
  });

  it("adds what is new below and leaves everything above as it is", async () => {
    const { host, root } = stage;
    const before = root.all("p");
    const more = "\n\n```ts\nconst a";
    host.emit({ type: "block.delta", chatId, turnId: "t1", blockId: "two", offset: BEGINNING.length, text: more });
    await stage.settle();
    takeChanges();
    host.emit({ type: "block.delta", chatId, turnId: "t1", blockId: "two", offset: BEGINNING.length + more.length, text: " = 1;" });
    await stage.settle();
    assert.deepEqual(takeChanges().map((node) => node.html), ["const a = 1;"]);
    assert.deepEqual(root.all("p"), before);
  });

  it("touches nothing of the answer when the turn ends", async () => {
    const { host, root } = stage;
    const answer = root.all("p");
    host.emit({ type: "turn.ended", chatId, turnId: "t1", status: "cancelled" });
    await stage.settle();
    assert.ok(stage.takeRenders().includes("TurnFooter"));
    assert.deepEqual(takeChanges().filter((node) => answer.some((paragraph) => paragraph.contains(node))), []);
    assert.match(root.textContent, /Stopped/);
  });
});
