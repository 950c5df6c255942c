import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { useStickToEnd } from "../ui/stickToEnd";
import { TurnView } from "./TurnView";

/** The conversation. It follows the answer as long as the reader is at its end. */
export function Transcript(): JSX.Element {
  const { chat } = useStore();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stick = useStickToEnd(scroller, content);
  const turnIds = chat.turnIds.value;
  const lastTurnId = turnIds.at(-1);
  // A new question, or another chat, is looked at from its end.
  useLayoutEffect(() => stick.toEnd(), [stick, chat.chatId.value, lastTurnId]);
  const jump = (): void => {
    stick.toEnd();
    scroller.current?.focus();
  };
  return (
    <div class={turnIds.length === 0 ? "transcript transcript-empty" : "transcript"}>
      <div class="log" role="log" aria-label={strings.conversation.label} aria-live="off" tabIndex={turnIds.length === 0 ? -1 : 0} ref={scroller}>
        <div class="turns" ref={content}>
          {turnIds.map((turnId) => (
            <TurnView key={turnId} turnId={turnId} />
          ))}
        </div>
      </div>
      {stick.isAway.value && (
        <button type="button" class="jump" onClick={jump}>
          <Icon name="arrow-down" /> {strings.conversation.jump}
        </button>
      )}
    </div>
  );
}
