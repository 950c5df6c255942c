import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";

/** Stands above the message box while the disk does not take the chat. */
export function UnsavedNotice(): JSX.Element | null {
  const store = useStore();
  const reason = store.chat.unsaved.value;
  if (reason === null) return null;
  return (
    <section class="notice" aria-label={strings.unsaved.label} role="alert">
      <p class="notice-text">
        <Icon name="warning" /> <span>{strings.unsaved.about(reason)}</span>
      </p>
      <Button appearance="secondary" onClick={() => store.ask("chats.save", {})}>
        {strings.unsaved.saveNow}
      </Button>
    </section>
  );
}
