import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { costWords } from "../state/chatCost";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { IconButton } from "../ui/IconButton";
import { TitleEditor } from "./TitleEditor";

/** The shown chat's title, its cost where there is room, and what can be done with the chat as a whole. */
export function ChatTitle(): JSX.Element {
  const store = useStore();
  const chatId = store.chat.chatId.value;
  const title = store.chat.title.value;
  const place = useRef<HTMLDivElement>(null);
  /** The chat whose title is being edited: showing another one ends that. */
  const [editing, setEditing] = useState<string | undefined>(undefined);
  const isFocusWanted = useRef(false);
  useLayoutEffect(() => {
    if (editing !== undefined || !isFocusWanted.current) return;
    isFocusWanted.current = false;
    place.current?.querySelector<HTMLElement>(".header-rename")?.focus();
  }, [editing]);
  if (chatId === null) return <h1 class="header-title visually-hidden">{strings.app}</h1>;

  const rename = (next: string | undefined, byKey: boolean): void => {
    isFocusWanted.current = byKey;
    setEditing(undefined);
    if (next !== undefined) void store.renameChat(chatId, next);
  };
  const cost = store.cost.value === undefined ? undefined : costWords(store.cost.value);
  return (
    <div class="header-chat" ref={place}>
      {editing === chatId ? (
        <>
          <h1 class="visually-hidden">{title}</h1>
          <TitleEditor key={chatId} title={title} onDone={rename} />
        </>
      ) : (
        <>
          <h1 class="header-title" title={cost === undefined ? title : `${title}\n${cost.long}`}>
            {title === "" ? strings.history.untitled : title}
          </h1>
          <IconButton icon="edit" label={strings.header.rename} onClick={() => setEditing(chatId)} class="header-rename" />
          <span class="header-space" />
          {cost !== undefined && (
            <span class="header-cost" title={cost.long}>
              {cost.short}
            </span>
          )}
          <IconButton icon="search" label={strings.find.open} onClick={() => store.find.open()} />
          <IconButton icon="files" label={strings.header.duplicate} onClick={() => void store.duplicateChat(chatId)} />
          {!store.isTab.value && <IconButton icon="go-to-file" label={strings.header.openInTab} onClick={() => void store.openInTab(chatId)} />}
        </>
      )}
    </div>
  );
}
