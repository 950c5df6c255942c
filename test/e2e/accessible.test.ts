import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { answer, failure, hold } from "../support/scriptedServer";
import { inTheWayOf, moving, scrolledByForce, sideways, smooth } from "./support/layout";
import { eventually, openFile } from "./support/panel";
import { useStage } from "./support/stage";

const ANSWER = `\`subtotal\` adds up what the packets cost **before** any offer, as a_name_with_no_place_to_break_it_however_narrow_the_panel_is does.

\`\`\`typescript
const [cheapest = 0] = prices.sort((a, b) => a - b); // a line that is longer than the panel is wide
\`\`\`

| cart | free packet | should be |
| --- | --- | --- |
| 3.90, 4.20, 10.00 | 10.00 | 3.90 |

The end of it.`;

describe("the panel for everyone", function () {
  const { server, workbench, panel, exchange } = useStage();

  describe("what it says to who listens", () => {
    /** Everything that was put into the status region since the last call, in order. */
    const heard = (): Promise<readonly string[]> => panel.frame.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.splice(0));

    before(async () => {
      assert.equal(await panel.status.count(), 1, "one voice");
      await panel.status.evaluate((region) => {
        const texts: string[] = [];
        (globalThis as unknown as { heard: string[] }).heard = texts;
        new MutationObserver((records) => {
          for (const { type, addedNodes, target } of records) {
            texts.push(...(type === "characterData" ? [target] : [...addedNodes]).map((node) => node.textContent ?? ""));
          }
        }).observe(region, { childList: true, characterData: true, subtree: true });
      });
    });

    it("an answer, once it is complete, and nothing while it streams", async () => {
      const [first, second] = [hold(), hold()];
      server.enqueue(answer("One, "), first, answer("two, ", { chunk: 1, delayMs: 5 }), second, answer("**three**."));
      await panel.ask("Count");
      await panel.conversation.getByText("One,").waitFor();
      first.release();
      await panel.conversation.getByText("One, two,").waitFor();
      assert.deepEqual(await heard(), []);
      second.release();
      await panel.send.waitFor();
      assert.deepEqual(await heard(), ["Claude answered: One, two, three."]);
    });

    it("that it was stopped", async () => {
      server.enqueue(answer("Endless"), hold());
      await panel.ask("Go on for ever");
      await panel.conversation.getByText("Endless").waitFor();
      await panel.stop.click();
      await panel.send.waitFor();
      assert.deepEqual(await heard(), ["Answer stopped"]);
    });

    it("a wait when it begins, not with each second, and what came of it", async () => {
      server.enqueue(failure(429, "rate_limit_error", "Slow down.", { "retry-after": "3" }));
      server.enqueue(answer("At last."));
      await panel.ask("Busy?");
      await panel.conversation.getByText(/Trying again in 1 s/).waitFor();
      await panel.conversation.getByText("At last.").waitFor();
      await panel.send.waitFor();
      assert.deepEqual(await heard(), ["Too many requests for this key. Trying again in 3 seconds.", "Claude answered: At last."]);
    });

    it("a failure with what to do next, and the answer to Retry", async () => {
      server.enqueue(answer("Some words. "), failure(402, "billing_error", "no credit"));
      await panel.ask("Who pays?");
      await panel.retry.waitFor();
      server.enqueue(answer("You do."));
      await panel.retry.click();
      await panel.conversation.getByText("You do.").waitFor();
      await panel.send.waitFor();
      assert.deepEqual(await heard(), ["The account has no credit or a billing problem. Check billing in the Anthropic console, then retry.", "Claude answered: You do."]);
    });

    it("the same answer twice is two", async () => {
      await exchange("Again?", "You do. Again.");
      server.enqueue(answer("You do. Again."));
      await panel.ask("And again?");
      await eventually(async () => (await panel.conversation.getByText("You do. Again.").count()) === 2, "the second one");
      await panel.send.waitFor();
      assert.deepEqual(await heard(), ["Claude answered: You do. Again.", "Claude answered: You do. Again."]);
    });

    it("that a chat was deleted and is back; opening the history, a chat or a new one moves the focus instead", async () => {
      await panel.newChat.click();
      await exchange("Another matter", "Settled.");
      assert.deepEqual(await heard(), ["Claude answered: Settled."]);
      await panel.history.click();
      await eventually(async () => (await panel.chats.count()) === 2, "two chats");
      await panel.frame.getByRole("button", { name: "Delete Count" }).click();
      await eventually(async () => (await panel.chats.count()) === 1, "one chat left");
      await panel.frame.getByRole("button", { name: "Undo" }).click();
      await eventually(async () => (await panel.chats.count()) === 2, "both again");
      await panel.chats.getByRole("button", { name: /^Count/ }).first().click();
      await panel.conversation.getByText("One, two,").waitFor();
      assert.deepEqual(await heard(), ["Chat deleted.", "Chat restored."]);
    });
  });

  describe("with reduced motion", () => {
    after(() => workbench.page.emulateMedia({ reducedMotion: null }));

    it("nothing moves while an answer streams, and nothing scrolls smoothly", async () => {
      await panel.newChat.click();
      const gate = hold();
      server.enqueue(answer("Something moves "), gate, answer("or not."));
      await panel.ask("Does it move?");
      await panel.conversation.getByText("Something moves").waitFor();
      await workbench.page.emulateMedia({ reducedMotion: "no-preference" });
      await eventually(async () => (await moving(panel.frame)).length > 0, "something that moves where nobody minds");
      await workbench.page.emulateMedia({ reducedMotion: "reduce" });
      await eventually(async () => (await moving(panel.frame)).length === 0, "nothing that moves");
      gate.release();
      await panel.conversation.getByText("Something moves or not.").waitFor();
      await panel.send.waitFor();
      await panel.conversation.hover();
      assert.deepEqual(await moving(panel.frame), []);
      assert.deepEqual(await smooth(panel.frame), []);
    });

    it("and nothing moves where the editor's own setting asks for that, and the system does not", async () => {
      const gate = hold();
      server.enqueue(answer("Still here"), gate);
      await panel.ask("And now?");
      await panel.conversation.getByText("Still here").waitFor();
      await workbench.page.emulateMedia({ reducedMotion: "no-preference" });
      await eventually(async () => (await moving(panel.frame)).length > 0, "something that moves");
      await panel.frame.evaluate(() => document.body.classList.add("vscode-reduce-motion"));
      assert.deepEqual(await moving(panel.frame), []);
      gate.release();
      await panel.send.waitFor();
    });
  });

  // A window of 1280 × 1024 at 400 % has 320 × 256 CSS pixels (WCAG 1.4.10).
  describe("at a zoom of 400 %", () => {
    before(async () => {
      await openFile(workbench, "src/cart.ts");
      await panel.newChat.click();
      await exchange("Why is the wrong packet free, and what would be the shortest way of putting it right?", ANSWER, "The end of it.");
      await workbench.command("View: Maximize Secondary Side Bar");
    });

    after(() => workbench.page.setViewportSize({ width: 1280, height: 800 }));

    /** Makes the window as large as it takes for the panel to be of this size. */
    async function fitPanel({ width, height }: { readonly width: number; readonly height: number }): Promise<void> {
      let before = "";
      const fits = async (): Promise<boolean> => {
        const inner = await panel.frame.evaluate(() => ({ width: innerWidth, height: innerHeight }));
        if (inner.width === width && inner.height === height) return true;
        const now = `${inner.width} × ${inner.height}`;
        if (now === before) return false; // the editor has not come to it yet
        before = now;
        const outer = workbench.page.viewportSize() ?? inner;
        await workbench.page.setViewportSize({ width: outer.width + width - inner.width, height: outer.height + height - inner.height });
        return false;
      };
      await eventually(fits, `a panel of ${width} × ${height} pixels`);
    }

    /** That each can be brought into view, and nothing lies over it there. */
    async function canBePressed(...targets: readonly Locator[]): Promise<void> {
      for (const target of targets) {
        await eventually(async () => (await inTheWayOf(target)) === undefined, `room for ${String(target)}`);
        assert.deepEqual(await scrolledByForce(panel.frame), [], `a person could not scroll to ${String(target)}`);
      }
    }

    const allButtons = () => panel.frame.getByRole("button").all();

    for (const what of ["the panel", "the whole editor"] as const) {
      it(`${what} of 320 × 256 pixels: everything is within reach and nothing is cut off`, async () => {
        if (what === "the panel") await fitPanel({ width: 320, height: 256 });
        else await workbench.page.setViewportSize({ width: 320, height: 256 });
        await eventually(() => panel.frame.evaluate((isWhole) => innerWidth < (isWhole ? 320 : 321), what === "the whole editor"), "the panel in its size");
        const name = what.replaceAll(" ", "-");

        assert.deepEqual(await sideways(panel.frame), []);
        assert.ok((await panel.conversation.evaluate((log) => log.clientHeight)) >= 40, "room to read");
        await canBePressed(...(await allButtons()), panel.model, panel.message, panel.send);
        await canBePressed(panel.conversation.getByText(/^Why is the wrong packet free/), panel.conversation.getByText("should be"), panel.conversation.getByText("The end of it."));
        await panel.message.fill("One\nTwo\nThree\nFour");
        await panel.message.press("End");
        await workbench.screenshot(`zoom-${name}`);
        assert.deepEqual(await sideways(panel.frame), []);
        await canBePressed(panel.message, panel.send);
        await panel.message.fill("");

        await panel.history.click();
        await panel.chats.first().waitFor();
        await workbench.screenshot(`zoom-${name}-history`);
        assert.deepEqual(await sideways(panel.frame), []);
        await canBePressed(...(await allButtons()));
        await panel.frame.getByRole("button", { name: "Back to chat" }).click();

        await panel.newChat.click();
        await panel.frame.getByText("What are you working on?").waitFor();
        await workbench.screenshot(`zoom-${name}-empty`);
        assert.deepEqual(await sideways(panel.frame), []);
        await canBePressed(...(await allButtons()), panel.message, panel.send);

        await panel.history.click();
        await panel.chats.getByRole("button", { name: /^Why is the wrong/ }).first().click();
        await panel.conversation.getByText("The end of it.").waitFor();
      });
    }
  });
});
