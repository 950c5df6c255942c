import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { ChatView } from "./ChatView";
import { Header } from "./Header";
import { HistoryView } from "./HistoryView";

/** The whole panel. Escape, where nothing nearer took it, leaves the history or stops the answer. */
export function App(): JSX.Element {
  const store = useStore();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && store.view.peek() === "chat") {
      event.preventDefault();
      return store.find.open();
    }
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (store.view.peek() === "history") store.showView("chat");
    else void store.stop();
  };
  return (
    <div class="app" onKeyDown={onKeyDown}>
      <Header />
      <main class="main">
        <ChatView />
        {store.view.value === "history" && <HistoryView />}
      </main>
      <Announcer />
    </div>
  );
}

/** The one voice of the panel: says each answer once, when it is complete. */
function Announcer(): JSX.Element {
  const { spoken } = useStore();
  return (
    <div class="visually-hidden" role="status">
      {spoken.value !== undefined && <p key={spoken.value.number}>{spoken.value.text}</p>}
    </div>
  );
}
