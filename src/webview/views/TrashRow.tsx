import type { JSX } from "preact";
import type { ChatSummary } from "../../core/protocol/calls";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { IconButton } from "../ui/IconButton";
import { relativeTime } from "../ui/relativeTime";

/** A deleted chat: to be restored, or removed for good. */
export function TrashRow({ chat }: { readonly chat: ChatSummary }): JSX.Element {
  const { history } = useStore();
  const title = chat.title === "" ? strings.history.untitled : chat.title;
  return (
    <li class="history-row">
      <div class="history-open">
        <span class="history-title">{title}</span>
        <span class="history-about">{strings.history.deletedWhen(relativeTime(chat.deletedAt ?? chat.updatedAt, Date.now()))}</span>
      </div>
      <div class="history-acts">
        <IconButton icon="discard" label={strings.history.restore(title)} onClick={() => void history.restore(chat.chatId)} />
        <IconButton icon="trash" label={strings.history.purge(title)} onClick={() => void history.purge(chat.chatId)} />
      </div>
    </li>
  );
}
