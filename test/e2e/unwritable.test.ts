import assert from "node:assert/strict";
import { join } from "node:path";
import { answer, hold } from "../support/scriptedServer";
import { descendants } from "../../scripts/processes.mjs";
import { eventually, storedEvents } from "./support/panel";
import { useStage } from "./support/stage";
import { fillUp, makeImmutable, takeAway, type Block } from "./support/unwritable";

describe("a disk that takes nothing any more, under a running chat", function () {
  const { server, workbench, panel, exchange, reopenPanel } = useStage();
  const chats = (): string => join(workbench.globalStorageDir, "chats");
  const hosts = (): readonly number[] => descendants(workbench.server.pid).filter(({ command }) => command.includes("--type=extensionHost")).map(({ pid }) => pid);
  const notice = () => panel.frame.getByRole("alert", { name: "Not saved" });
  const onDisk = (): string => storedEvents(workbench.globalStorageDir).map(({ text }) => text ?? "").join("");
  let block: Block | undefined;

  // What is blocked could not be removed either.
  afterEach(() => {
    block?.undo();
    block = undefined;
  });

  const ways: readonly { readonly name: string; readonly makeBlock: () => Block | undefined; readonly reason: RegExp }[] = [
    { name: "read-only", makeBlock: () => makeImmutable(chats()), reason: /the folder is not writable \(EPERM\)/ },
    { name: "taken away", makeBlock: () => takeAway(chats()), reason: /the disk reported an error \((ENOTDIR|EEXIST)\)/ },
    { name: "full", makeBlock: () => fillUp(hosts()), reason: /the disk is full \(EFBIG\)/ },
  ];
  for (const { name, makeBlock, reason } of ways) {
    it(`(${name}) is told of; the chat goes on in memory, is written when it can be, and nothing is lost`, async function () {
      this.timeout(60_000);
      await panel.newChat.click();
      const gate = hold();
      server.enqueue(answer(`Before it was ${name}.`), gate, answer(` And while it was ${name}.`));
      await panel.ask(`Will it be ${name}?`);
      await panel.conversation.getByText(`Before it was ${name}.`).waitFor();
      await eventually(() => onDisk().includes(`Before it was ${name}.`), "the answer's beginning on disk");

      block = makeBlock();
      gate.release();
      if (block === undefined) return this.skip();
      await panel.conversation.getByText(`Before it was ${name}. And while it was ${name}.`).waitFor();
      await notice().getByText(reason).waitFor();
      await workbench.screenshot(`not-saved-${name.replace(" ", "-")}`);
      await panel.send.waitFor(); // the answer has ended, as it would have
      await exchange(`Still there, though ${name}?`, `In memory, though ${name}.`);
      await notice().waitFor();
      await panel.history.click();
      await panel.frame.getByRole("button", { name: "Back to chat" }).click();
      await panel.conversation.getByText(`In memory, though ${name}.`).waitFor();

      block.undo();
      block = undefined;
      await notice().waitFor({ state: "detached" });
      await eventually(() => onDisk().includes(`And while it was ${name}.`) && onDisk().includes(`In memory, though ${name}.`), "all of it on disk");

      await workbench.reload();
      await reopenPanel();
      for (const text of [`Will it be ${name}?`, `Before it was ${name}. And while it was ${name}.`, `Still there, though ${name}?`, `In memory, though ${name}.`]) await panel.conversation.getByText(text).waitFor();
      assert.equal(await notice().count(), 0);
    });
  }

  it("and the server saw nothing it did not expect", () => {
    assert.deepEqual(server.unexpected, []);
  });
});
