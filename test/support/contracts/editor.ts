import assert from "node:assert/strict";
import type { Editor } from "../../../src/core/ports";
import type { LineRange } from "../../../src/core/protocol/blocks";

/** A text file for the editor to show; with `lines`, those lines are selected from their beginning to their end. */
export interface ShownFile {
  readonly path: string;
  readonly language: string;
  readonly text: string;
  readonly lines?: LineRange;
}

export interface EditorUnderTest {
  readonly editor: Editor;
  /** Makes it the active editor, unsaved. Settles when the editor shows it. */
  show(file: ShownFile): Promise<void>;
  /** Leaves no editor active. */
  showNothing(): Promise<void>;
  dispose(): Promise<void>;
}

const FILE: ShownFile = { path: "src/sum.ts", language: "typescript", text: "const a = 1;\nconst b = 2;\n\nexport const sum = a + b;\n" };

/** What every Editor keeps to. */
export function describeEditorContract(name: string, create: () => Promise<EditorUnderTest>): void {
  describe(`Editor contract: ${name}`, () => {
    let shown: EditorUnderTest;

    beforeEach(async () => {
      shown = await create();
      await shown.showNothing();
    });
    afterEach(() => shown.dispose());

    it("offers nothing when nothing is active", () => {
      assert.equal(shown.editor.active(), undefined);
    });

    it("offers the whole active file, as it stands in the editor", async () => {
      await shown.show(FILE);
      const active = shown.editor.active();
      assert.ok(active);
      assert.deepEqual([active.language, active.text, "lines" in active], [FILE.language, FILE.text, false]);
      assert.match(active.path, /sum/);
    });

    it("offers the selection alone when there is one, with its lines", async () => {
      await shown.show({ ...FILE, lines: { startLine: 2, endLine: 4 } });
      const active = shown.editor.active();
      assert.ok(active);
      assert.deepEqual([active.lines, active.text], [{ startLine: 2, endLine: 4 }, "const b = 2;\n\nexport const sum = a + b;"]);
    });

    it("tells that something else is active, until the listener leaves", async () => {
      let count = 0;
      let heard = (): void => undefined;
      const changed = new Promise<void>((resolve) => (heard = resolve));
      const subscription = shown.editor.onChange(() => {
        count++;
        heard();
      });
      await shown.show(FILE);
      await changed;
      subscription.dispose();
      const before = count;
      await shown.showNothing();
      assert.equal(count, before);
    });

    it("gives instructions with their paths and a text that is not empty", async () => {
      for (const { path, text } of await shown.editor.instructions()) {
        assert.match(path, /(AGENTS|CLAUDE)\.md$/);
        assert.notEqual(text.trim(), "");
      }
    });

    it("names the folder, or knows of none", () => {
      const folder = shown.editor.folder()?.name;
      assert.ok(folder === undefined || folder !== "");
    });
  });
}
