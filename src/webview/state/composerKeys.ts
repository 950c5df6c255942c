export interface ComposerKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/** How things stand at the message box when a key is pressed. */
export interface BoxSituation {
  readonly isRunning: boolean;
  readonly isEmpty: boolean;
  /** An earlier question stands in the box as it was asked. */
  readonly isRecalled: boolean;
}

export type ComposerAction = "send" | "stop" | "recallOlder" | "recallNewer" | "forgetRecalled";

/** While an input method composes, some engines report only this code. */
const COMPOSING = 229;

/** What a key does in the message box. Undefined: what the editor of text does with it. */
export function composerAction(event: ComposerKey, { isRunning, isEmpty, isRecalled }: BoxSituation): ComposerAction | undefined {
  if (event.isComposing || event.keyCode === COMPOSING) return undefined;
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) return "send";
  if (event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return undefined;
  switch (event.key) {
    case "ArrowUp":
      return isEmpty || isRecalled ? "recallOlder" : undefined;
    case "ArrowDown":
      return isRecalled ? "recallNewer" : undefined;
    case "Escape":
      // What is nearest goes first: a second Escape stops.
      if (isRecalled) return "forgetRecalled";
      return isRunning ? "stop" : undefined;
    default:
      return undefined;
  }
}
