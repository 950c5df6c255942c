import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { assertNever } from "../../core/base/errors";
import { MAX_MESSAGE_LENGTH } from "../state/composer";
import { composerAction } from "../state/composerKeys";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { ContextChip } from "./ContextChip";
import { EffortSelect, ModelSelect } from "./ModelSelect";

const HINT_ID = "composer-hint";
const LENGTH_ID = "composer-length";

export function Composer(): JSX.Element {
  const store = useStore();
  const { composer, chat } = store;
  const box = useRef<HTMLTextAreaElement>(null);
  const wishes = composer.focusWishes.value;
  useLayoutEffect(() => {
    if (wishes > 0) box.current?.focus();
  }, [wishes]);
  const onKeyDown = (event: KeyboardEvent): void => {
    const { draft, recall } = composer;
    const action = composerAction(event, { isRunning: chat.isRunning.peek(), isEmpty: draft.peek() === "", isRecalled: recall.isRecalled.peek() });
    if (action === undefined) return;
    event.preventDefault();
    switch (action) {
      case "send":
        return void composer.send();
      case "stop":
        return void store.stop();
      case "recallOlder":
        return recall.older();
      case "recallNewer":
        return recall.newer();
      case "forgetRecalled":
        return recall.forget();
      default:
        return assertNever(action, "composer action");
    }
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
          aria-describedby={describedBy(composer.hint.value !== undefined, composer.length.value !== undefined)}
          placeholder={strings.composer.placeholder}
          value={composer.draft.value}
          onInput={(event) => composer.write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <Length />
        <div class="composer-row">
          <span class="composer-choices">
            <ModelSelect />
            <EffortSelect />
          </span>
          <SendOrStop />
        </div>
      </div>
    </div>
  );
}

function describedBy(hasHint: boolean, hasLength: boolean): string | undefined {
  const ids = [...(hasHint ? [HINT_ID] : []), ...(hasLength ? [LENGTH_ID] : [])];
  return ids.length === 0 ? undefined : ids.join(" ");
}

/** The message's length beside its limit, once it comes near. */
function Length(): JSX.Element | null {
  const length = useStore().composer.length.value;
  if (length === undefined) return null;
  return (
    <p id={LENGTH_ID} class={length > MAX_MESSAGE_LENGTH ? "composer-length composer-too-long" : "composer-length"}>
      {strings.composer.length(length, MAX_MESSAGE_LENGTH)}
    </p>
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
