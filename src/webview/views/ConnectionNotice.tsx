import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { EnvironmentOffer, KeyActions } from "./KeyActions";

/** A slim word above the message box when answers cannot come, or a key is on offer. */
export function ConnectionNotice(): JSX.Element | null {
  const store = useStore();
  const connection = store.connection.value;
  if (connection === undefined) return null;
  const lastTurnId = store.chat.lastTurnId.value;
  const isEmpty = lastTurnId === undefined;
  const lastFailure = isEmpty ? undefined : store.chat.turn(lastTurnId)?.value.failure;
  // The last answer says it already, with the same ways out.
  if (connection.detail !== undefined && lastFailure?.message === connection.detail) return null;
  switch (connection.status) {
    case "noKey":
      // The empty state says it at length.
      return isEmpty ? null : <Notice text={connection.detail ?? strings.connection.noKey} actions={<KeyActions />} />;
    case "rejected":
      return <Notice text={connection.detail ?? strings.connection.rejected} actions={<KeyActions hasDemo={false} />} />;
    case "offline":
      return <Notice text={connection.detail ?? strings.connection.offline} actions={<Again />} />;
    default:
      return connection.offersEnvironmentKey ? <Notice actions={<EnvironmentOffer />} /> : null;
  }
}

/** Asking for the models is the cheapest way to find out whether Claude can be reached again. */
function Again(): JSX.Element {
  const { models } = useStore();
  return (
    <Button appearance="secondary" onClick={() => void models.refresh()}>
      {strings.start.again}
    </Button>
  );
}

function Notice({ text, actions }: { readonly text?: string; readonly actions: JSX.Element }): JSX.Element {
  return (
    <section class="notice" aria-label={strings.connection.label}>
      {text !== undefined && (
        <p class="notice-text">
          <Icon name="warning" /> <span>{text}</span>
        </p>
      )}
      {actions}
    </section>
  );
}
