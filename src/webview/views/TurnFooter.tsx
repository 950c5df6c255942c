import type { JSX } from "preact";
import { answerText } from "../state/announcements";
import type { TurnHead } from "../state/chatSignals";
import { useStore } from "../state/storeContext";
import { turnActions, type TurnAction } from "../state/turnActions";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { CopyButton } from "../ui/CopyButton";
import { Icon, type IconName } from "../ui/Icon";
import { ProgressRing } from "../ui/ProgressRing";

/** How the turn stands. One line of the same height while it runs and after, so that its end moves nothing. */
export function TurnFooter({ turn }: { readonly turn: TurnHead }): JSX.Element {
  switch (turn.status) {
    case "running":
      return (
        <div class="turn-footer">
          <ProgressRing /> <span>{activity(turn)}</span>
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
          <CopyAnswer turn={turn} />
        </div>
      );
    case "done":
      return (
        <div class="turn-footer">
          <Remark turn={turn} />
          <CopyAnswer turn={turn} />
        </div>
      );
  }
}

function activity(turn: TurnHead): string {
  const last = turn.blocks.findLast((place) => place.role === "assistant");
  if (last === undefined) return strings.conversation.waiting;
  return last.block.kind === "thinking" ? strings.conversation.thinking : strings.conversation.answering;
}

/** What an answer that came to its end does not say itself: that it was cut short, or is empty. */
function Remark({ turn }: { readonly turn: TurnHead }): JSX.Element | null {
  const hasText = turn.blocks.some((place) => place.role === "assistant" && place.block.kind === "text");
  const text = turn.stopReason === "max_tokens" ? strings.conversation.cutShort : hasText ? undefined : strings.conversation.noText;
  if (text === undefined) return null;
  return (
    <>
      <Icon name="warning" /> <span>{text}</span>
    </>
  );
}

function CopyAnswer({ turn }: { readonly turn: TurnHead }): JSX.Element | null {
  const { chat } = useStore();
  if (!turn.blocks.some((place) => place.role === "assistant" && place.block.kind === "text")) return null;
  const text = (): string => {
    const whole = chat.snapshot()?.turns.find((candidate) => candidate.turnId === turn.turnId);
    return whole === undefined ? "" : answerText(whole);
  };
  return <CopyButton label={strings.conversation.copyAnswer} text={text} />;
}

interface EndingProps {
  readonly turn: TurnHead;
  readonly icon: IconName;
  readonly title: string;
  readonly detail?: string;
}

/** An end that is not the answer's own: what happened, and what may help. */
function Ending({ turn, icon, title, detail }: EndingProps): JSX.Element {
  const { chat, connection } = useStore();
  const actions = turnActions(turn, { isLast: chat.lastTurnId.value === turn.turnId, status: connection.value?.status });
  const requestId = turn.failure?.requestId;
  return (
    <div class={`ending ending-${turn.status}`}>
      <Icon name={icon} />
      <div class="ending-body">
        <p class="ending-title">{title}</p>
        {detail !== undefined && <p>{detail}</p>}
        {requestId !== undefined && <p class="ending-request">{strings.conversation.request(requestId)}</p>}
        {actions.length > 0 && (
          <div class="actions">
            {actions.map((action) => (
              <ActionButton key={action} action={action} turnId={turn.turnId} />
            ))}
          </div>
        )}
      </div>
    </div>
  );
}

function ActionButton({ action, turnId }: { readonly action: TurnAction; readonly turnId: string }): JSX.Element {
  const store = useStore();
  switch (action) {
    case "retry":
      return <Button onClick={() => void store.retry(turnId)}>{strings.conversation.retry}</Button>;
    case "setKey":
      return <Button onClick={() => store.ask("key.set", {})}>{strings.connection.setKey}</Button>;
    case "showLog":
      return (
        <Button appearance="secondary" onClick={() => store.ask("log.show", {})}>
          {strings.conversation.showLog}
        </Button>
      );
  }
}
