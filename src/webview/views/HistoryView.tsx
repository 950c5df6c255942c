import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { HistoryRow } from "./HistoryRow";
import { HistoryTools } from "./HistoryTools";
import { SearchResults } from "./SearchResults";
import { TrashRow } from "./TrashRow";
import { UndoBar } from "./UndoBar";

/** All chats, newest first. Control+Z takes the last deletion back, as the bar's button does. */
export function HistoryView(): JSX.Element {
  const store = useStore();
  const { history } = store;
  const view = useRef<HTMLDivElement>(null);
  const chats = history.chats.value;
  const results = history.search.results.value;
  // The list changes after the click that changes it; where the focus goes then is noted until it has.
  const wanted = useRef<{ readonly index: number } | { readonly chatId: string } | undefined>({ index: 0 });

  useLayoutEffect(() => {
    if (chats === undefined || wanted.current === undefined || view.current === null) return;
    const rows = [...view.current.querySelectorAll<HTMLElement>(".history-open")];
    const target = wanted.current;
    const index = "index" in target ? Math.min(target.index, rows.length - 1) : chats.findIndex((chat) => chat.chatId === target.chatId);
    if (!("index" in target) && index < 0) return;
    wanted.current = undefined;
    (rows[index] ?? view.current).focus();
  }, [chats]);

  const remove = (chatId: string, index: number): void => {
    wanted.current = { index };
    void store.deleteChat(chatId);
  };
  const onUndo = (): void => {
    const chatId = history.undoable.peek()?.chatId;
    if (chatId !== undefined) wanted.current = { chatId };
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement) return; // a title that is being edited has an undo of its own
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || history.undoable.peek() === undefined) return;
    event.preventDefault();
    onUndo();
    void store.undoDelete();
  };
  return (
    <div class="history" ref={view} tabIndex={-1} aria-label={strings.history.title} role="region" onKeyDown={onKeyDown}>
      {history.problem.value !== undefined && (
        <p class="history-problem" role="alert">
          {history.problem.value}
        </p>
      )}
      <HistoryTools />
      {history.reading.value !== undefined && <Reading percent={history.reading.value} />}
      {results !== undefined && <SearchResults results={results} />}
      {results === undefined && chats?.length === 0 && <Nothing />}
      {results === undefined && chats !== undefined && chats.length > 0 && (
        <ul class="history-list" aria-label={strings.history.list}>
          {chats.map((chat, index) =>
            chat.deletedAt === undefined ? <HistoryRow key={chat.chatId} chat={chat} onDelete={() => remove(chat.chatId, index)} /> : <TrashRow key={chat.chatId} chat={chat} />,
          )}
          <ListEnd />
        </ul>
      )}
      <UndoBar onUndo={onUndo} />
    </div>
  );
}

/** Says how far the reading of all chats has come, after their list was lost. */
function Reading({ percent }: { readonly percent: number }): JSX.Element {
  const text = strings.history.reading(percent);
  return (
    <div class="history-reading">
      <span aria-hidden="true">{text}</span>
      <progress aria-label={text} value={percent} max={100} />
    </div>
  );
}

/** Says why the list is empty, and what would be in it. */
function Nothing(): JSX.Element {
  const { isTrash, ...narrowing } = useStore().history.filter.value;
  const { history } = strings;
  const isNarrowed = Object.values(narrowing).some((value) => value !== undefined && value !== false);
  const [title, hint] = isNarrowed ? [history.nothingFound, history.nothingFoundHint] : isTrash === true ? [history.trashEmpty, history.trashHint] : [history.empty, history.emptyHint];
  return (
    <div class="history-empty">
      <p class="empty-title">{title}</p>
      <p class="empty-text">{hint}</p>
    </div>
  );
}

function ListEnd(): JSX.Element | null {
  const { history } = useStore();
  if (history.hasMore.value) {
    return (
      <li class="history-more">
        <Button appearance="secondary" onClick={() => void history.showMore()}>
          {strings.history.showMore}
        </Button>
      </li>
    );
  }
  if (history.filter.value.isTrash !== true) return null;
  return (
    <li class="history-more">
      <Button appearance="secondary" onClick={() => void history.purge()}>
        {strings.history.emptyTrash}
      </Button>
    </li>
  );
}
