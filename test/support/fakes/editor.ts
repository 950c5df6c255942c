import { Emitter } from "../../../src/core/base/emitter";
import type { Editor, EditorSnapshot } from "../../../src/core/ports";

export interface FakeEditorOptions {
  readonly active?: EditorSnapshot;
  readonly instructions?: readonly { readonly path: string; readonly text: string }[];
  readonly folderName?: string;
}

export interface FakeEditor extends Editor {
  /** Looks at another file, or at none, and tells the listeners. */
  setActive(snapshot: EditorSnapshot | undefined): void;
  setInstructions(instructions: readonly { readonly path: string; readonly text: string }[]): void;
}

/** An editor that shows what a test gives it. A listener that throws makes the test's own call throw. */
export function createFakeEditor({ active, instructions = [], folderName }: FakeEditorOptions = {}): FakeEditor {
  const changed = new Emitter<void>((error) => {
    throw error;
  });
  return {
    active: () => active,
    onChange: (listener) => changed.on(listener),
    instructions: async () => instructions,
    folder: () => (folderName === undefined ? undefined : { name: folderName, uri: `file:///${folderName}` }),
    setActive(snapshot) {
      active = snapshot;
      changed.fire();
    },
    setInstructions: (next) => void (instructions = next),
  };
}
