import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";

/** The ways to get answers without a stored key: one's own key, the demo model, and a key found in the environment. */
export function KeyActions({ hasDemo = true }: { readonly hasDemo?: boolean }): JSX.Element {
  const store = useStore();
  return (
    <div class="actions">
      <Button onClick={() => store.ask("key.set", {})}>{strings.connection.setKey}</Button>
      {hasDemo && (
        <Button appearance="secondary" onClick={() => store.ask("demo.choose", { use: true })}>
          {strings.connection.tryDemo}
        </Button>
      )}
      <EnvironmentOffer />
    </div>
  );
}

/** Shown until the person has taken or declined the key of the environment. */
export function EnvironmentOffer(): JSX.Element | null {
  const store = useStore();
  if (store.connection.value?.offersEnvironmentKey !== true) return null;
  return (
    <div class="environment-offer">
      <p>{strings.connection.environmentOffer}</p>
      <div class="actions">
        <Button appearance="secondary" onClick={() => store.ask("key.answerEnvironment", { use: true })}>
          {strings.connection.useEnvironment}
        </Button>
        <Button appearance="secondary" onClick={() => store.ask("key.answerEnvironment", { use: false })}>
          {strings.connection.declineEnvironment}
        </Button>
      </div>
    </div>
  );
}
