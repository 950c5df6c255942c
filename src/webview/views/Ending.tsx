import type { JSX } from "preact";
import { hasAnswer, type TurnHead } from "../state/chatSignals";
import { useStore } from "../state/storeContext";
import { turnActions, type TurnAction } from "../state/turnActions";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { Icon, type IconName } from "../ui/Icon";
import { Finish } from "./Finish";

export interface EndingProps {
  readonly turn: TurnHead;
  readonly icon: IconName;
  readonly title: string;
  readonly detail?: string;
}

/** An end that is not the answer's own: what happened, and what may help. */
export function Ending({ turn, icon, title, detail }: EndingProps): JSX.Element {
  const { chat, connection } = useStore();
  const actions = turnActions(turn, { isLast: chat.lastTurnId.value === turn.turnId, status: connection.value?.status });
  const requestId = turn.failure?.requestId;
  return (
    <>
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
      {(hasAnswer(turn) || turn.usage !== undefined) && (
        <div class="turn-footer">
          <Finish turn={turn} />
        </div>
      )}
    </>
  );
}

function ActionButton({ action, turnId }: { readonly action: TurnAction; readonly turnId: string }): JSX.Element {
  const store = useStore();
  switch (action) {
    case "retry":
      return <Button onClick={() => void store.retry(turnId)}>{strings.conversation.retry}</Button>;
    case "setKey":
      return <Button onClick={() => store.ask("key.set", {})}>{strings.connection.setKey}</Button>;
    case "continueInNew":
      return <Button onClick={() => void store.continueInNew()}>{strings.conversation.continueInNew}</Button>;
    case "showLog":
      return (
        <Button appearance="secondary" onClick={() => store.ask("log.show", {})}>
          {strings.conversation.showLog}
        </Button>
      );
  }
}
