export interface ComposerKey {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
  readonly isComposing: boolean;
  readonly keyCode: number;
}

/** While an input method composes, some engines report only this code. */
const COMPOSING = 229;

/** What a key does in the message box. Undefined: what the editor of text does with it. */
export function composerAction(event: ComposerKey, isRunning: boolean): "send" | "stop" | undefined {
  if (event.isComposing || event.keyCode === COMPOSING) return undefined;
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) return "send";
  return event.key === "Escape" && isRunning ? "stop" : undefined;
}
