import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { strings } from "../strings";

export interface TitleEditorProps {
  readonly title: string;
  /** What the box is for, if not the title. */
  readonly label?: string;
  /** Whether nothing at all may be saved. */
  readonly mayBeEmpty?: boolean;
  /** Called once, with the new title or, when it is left as it was, undefined. `byKey`: the focus is to go back whence it came. */
  readonly onDone: (title: string | undefined, byKey: boolean) => void;
}

/** A chat's title as a text box: Enter saves and Escape cancels; going elsewhere saves too. */
export function TitleEditor({ title, label = strings.header.chatTitle, mayBeEmpty = false, onDone }: TitleEditorProps): JSX.Element {
  const box = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  useLayoutEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, []);
  const finish = (isSaved: boolean, byKey: boolean): void => {
    if (isDone.current) return; // the box loses the focus when it goes
    isDone.current = true;
    const next = box.current?.value.trim() ?? "";
    onDone(isSaved && (mayBeEmpty || next !== "") && next !== title ? next : undefined, byKey);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
    event.preventDefault(); // an Escape taken here neither leaves the history nor stops the answer
    finish(event.key === "Enter", true);
  };
  return <input ref={box} class="title-editor" type="text" aria-label={label} defaultValue={title} onKeyDown={onKeyDown} onBlur={() => finish(true, false)} />;
}
