import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { composerAction } from "../state/composerKeys";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { ContextChip } from "./ContextChip";
import { ModelSelect } from "./ModelSelect";

const HINT_ID = "composer-hint";

export function Composer(): JSX.Element {
  const store = useStore();
  const { composer, chat } = store;
  const box = useRef<HTMLTextAreaElement>(null);
  const wishes = composer.focusWishes.value;
  useLayoutEffect(() => {
    if (wishes > 0) box.current?.focus();
  }, [wishes]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const action = composerAction(event, chat.isRunning.peek());
    if (action === undefined) return;
    event.preventDefault();
    void (action === "send" ? composer.send() : store.stop());
  };
  return (
    <div class="composer">
      <HintLine />
      <div class="composer-box">
        <ContextChip />
        <textarea
          ref={box}
          class="composer-text"
          rows={1}
          aria-label={strings.composer.label}
          aria-describedby={composer.hint.value === undefined ? undefined : HINT_ID}
          placeholder={strings.composer.placeholder}
          value={composer.draft.value}
          onInput={(event) => composer.write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <div class="composer-row">
          <ModelSelect />
          <SendOrStop />
        </div>
      </div>
    </div>
  );
}

/** One button in one place. After either click the message box has the focus: the next thing is to write. */
function SendOrStop(): JSX.Element {
  const store = useStore();
  const { composer, chat } = store;
  const isRunning = chat.isRunning.value;
  const isIdle = !isRunning && (composer.isSending.value || composer.draft.value.trim() === "");
  const onClick = (event: MouseEvent): void => {
    if (event.detail > 1) return; // the second half of a double click on Send must not stop the answer
    composer.focus();
    void (isRunning ? store.stop() : composer.send());
  };
  const label = isRunning ? strings.composer.stop : strings.composer.send;
  return (
    <button type="button" class={`send${isRunning ? " send-stop" : ""}${isIdle ? " send-idle" : ""}`} aria-label={label} title={label} onClick={onClick}>
      <Icon name={isRunning ? "stop" : "arrow-up"} />
    </button>
  );
}

function HintLine(): JSX.Element | null {
  const store = useStore();
  const hint = store.composer.hint.value;
  if (hint === undefined) return null;
  return (
    <div class={`hint hint-${hint.kind}`} role="alert">
      {hint.kind === "error" && <Icon name="error" />}
      <span id={HINT_ID} class="hint-text">
        {hint.text}
      </span>
      {hint.action === "setKey" && <Button onClick={() => store.ask("key.set", {})}>{strings.connection.setKey}</Button>}
    </div>
  );
}
