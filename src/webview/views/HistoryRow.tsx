import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatSummary } from "../../core/protocol/calls";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";
import { relativeTime } from "../ui/relativeTime";
import { TitleEditor } from "./TitleEditor";

interface HistoryRowProps {
  readonly chat: ChatSummary;
  readonly onDelete: () => void;
}

/** One chat of the list: opens it, and renames, copies or deletes it by the buttons beside. */
export function HistoryRow({ chat, onDelete }: HistoryRowProps): JSX.Element {
  const store = useStore();
  const row = useRef<HTMLLIElement>(null);
  const [editing, setEditing] = useState<"no" | "title" | "tags" | "done">("no");
  useLayoutEffect(() => {
    if (editing === "done") row.current?.querySelector<HTMLElement>(".history-rename")?.focus();
  }, [editing]);
  const title = chat.title === "" ? strings.history.untitled : chat.title;
  const isCurrent = store.chat.chatId.value === chat.chatId;
  const rename = (next: string | undefined, byKey: boolean): void => {
    setEditing(byKey ? "done" : "no");
    if (next !== undefined) void store.renameChat(chat.chatId, next);
  };
  const tag = (next: string | undefined, byKey: boolean): void => {
    setEditing(byKey ? "done" : "no");
    if (next !== undefined) void store.history.tag(chat.chatId, next.split(","));
  };
  return (
    <li ref={row} class={isCurrent ? "history-row history-current" : "history-row"}>
      {editing === "title" ? (
        <TitleEditor title={chat.title} onDone={rename} />
      ) : editing === "tags" ? (
        <TitleEditor title={chat.tags.join(", ")} label={strings.history.tags} mayBeEmpty onDone={tag} />
      ) : (
        <>
          <button type="button" class="history-open" aria-current={isCurrent ? "true" : undefined} onClick={() => void store.openChat(chat.chatId)}>
            <span class="history-title">
              {chat.isPinned && <Icon name="pinned" />}
              {title}
            </span>
            <span class="history-about">
              {chat.isRunning ? <span class="history-running">{strings.history.running}</span> : relativeTime(chat.updatedAt, Date.now())} · {strings.history.turns(chat.turnCount)}
              {chat.folder !== undefined && ` · ${chat.folder}`}
              {chat.tags.map((name) => (
                <span key={name} class="history-tag">
                  {name}
                </span>
              ))}
            </span>
          </button>
          <div class="history-acts">
            <IconButton icon="edit" label={strings.history.rename(title)} onClick={() => setEditing("title")} class="history-rename" />
            <IconButton icon={chat.isPinned ? "pinned" : "pin"} label={chat.isPinned ? strings.history.unpin(title) : strings.history.pin(title)} onClick={() => void store.history.pin(chat.chatId, !chat.isPinned)} />
            <IconButton icon="tag" label={strings.history.editTags(title)} onClick={() => setEditing("tags")} />
            <IconButton icon="files" label={strings.history.duplicate(title)} onClick={() => void store.duplicateChat(chat.chatId)} class="history-duplicate" />
            <IconButton icon="trash" label={strings.history.delete(title)} onClick={onDelete} class="history-delete" />
          </div>
        </>
      )}
    </li>
  );
}
