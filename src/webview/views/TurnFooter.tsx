import type { JSX } from "preact";
import { hasAnswer, type TurnHead } from "../state/chatSignals";
import { useStore } from "../state/storeContext";
import { canContinue } from "../state/turnActions";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { useCountdown } from "../ui/countdown";
import { Icon } from "../ui/Icon";
import { ProgressRing } from "../ui/ProgressRing";
import { Ending } from "./Ending";
import { Finish } from "./Finish";

/** How the turn stands. One line of the same height while it runs and after, so that its end moves nothing. */
export function TurnFooter({ turn }: { readonly turn: TurnHead }): JSX.Element {
  switch (turn.status) {
    case "running":
      return (
        <div class="turn-footer">
          <ProgressRing /> {turn.waiting === undefined ? <span>{activity(turn)}</span> : <Waiting key={turn.waiting.untilAt} {...turn.waiting} />}
        </div>
      );
    case "failed":
      return <Ending turn={turn} icon="error" title={turn.failure?.message ?? strings.conversation.failed} />;
    case "interrupted":
      return <Ending turn={turn} icon="warning" title={strings.conversation.interrupted} detail={turn.failure?.message ?? strings.conversation.interruptedDetail} />;
    case "cancelled":
      return (
        <div class="turn-footer">
          <Icon name="circle-slash" /> <span>{strings.conversation.stopped}</span>
          <Finish turn={turn} />
        </div>
      );
    case "done":
      return (
        <div class="turn-footer">
          <Remark turn={turn} />
          <Finish turn={turn} />
        </div>
      );
  }
}

interface WaitingProps {
  readonly untilAt: number;
  readonly message: string;
}

/** Counts down for the eye alone: nothing here is a live region. */
function Waiting({ untilAt, message }: WaitingProps): JSX.Element {
  const seconds = useCountdown(untilAt);
  return <span>{seconds === 0 ? strings.conversation.tryingAgain(message) : strings.conversation.tryingAgainIn(message, seconds)}</span>;
}

function activity(turn: TurnHead): string {
  const last = turn.blocks.findLast((place) => place.role === "assistant");
  if (last === undefined) return strings.conversation.waiting;
  if (last.block.kind === "tool") return strings.conversation.using(last.block.tool);
  return last.block.kind === "thinking" || last.block.kind === "redactedThinking" ? strings.conversation.thinking : strings.conversation.answering;
}

/** What an answer that came to its end does not say itself: that it was cut short, or is empty. */
function Remark({ turn }: { readonly turn: TurnHead }): JSX.Element | null {
  const store = useStore();
  const text = turn.stopReason === "max_tokens" ? strings.conversation.cutShort : hasAnswer(turn) ? undefined : strings.conversation.noText;
  if (text === undefined) return null;
  return (
    <>
      <Icon name="warning" /> <span>{text}</span>
      {canContinue(turn, store.chat.lastTurnId.value === turn.turnId) && (
        <Button class="small" onClick={() => void store.continueAnswer()}>
          {strings.conversation.continue}
        </Button>
      )}
    </>
  );
}
