import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { ProgressRing } from "../ui/ProgressRing";

/** Stands above the message box while another window has the chat. */
export function ElsewhereNotice(): JSX.Element | null {
  const store = useStore();
  const [isAsking, setAsking] = useState(false);
  if (!store.chat.isElsewhere.value) return null;
  const ask = async (): Promise<void> => {
    setAsking(true);
    await store.continueHere();
    setAsking(false);
  };
  return (
    <section class="notice" aria-label={strings.elsewhere.label}>
      <p class="notice-text">
        {isAsking ? <ProgressRing /> : <Icon name="info" />} <span>{strings.elsewhere.about}</span>
      </p>
      <Button appearance="secondary" onClick={() => void (isAsking || ask())}>
        {strings.elsewhere.continueHere}
      </Button>
    </section>
  );
}
