import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { IconButton } from "../ui/IconButton";
import { ChatTitle } from "./ChatTitle";

export function Header(): JSX.Element {
  const store = useStore();
  const isHistory = store.view.value === "history";
  return (
    <header class="header">
      <div class="header-row">
        {isHistory && <IconButton icon="arrow-left" label={strings.header.backToChat} onClick={() => store.showView("chat")} />}
        {isHistory ? <h1 class="header-title">{strings.history.title}</h1> : <ChatTitle />}
        <span class="header-space" />
        <IconButton icon="history" label={strings.header.history} isPressed={isHistory} onClick={() => store.showView(isHistory ? "chat" : "history")} />
        <IconButton icon="add" label={strings.header.newChat} onClick={() => void store.openChat(null)} />
      </div>
      <DemoStrip />
    </header>
  );
}

/** There as long as answers are scripted, so that nobody takes them for Claude's. */
function DemoStrip(): JSX.Element | null {
  const store = useStore();
  if (store.connection.value?.status !== "demo") return null;
  return (
    <div class="demo-strip">
      <span class="tag">{strings.demo.tag}</span>
      <span class="demo-about">{strings.demo.about}</span>
      <Button appearance="secondary" class="small" onClick={() => store.ask("demo.choose", { use: false })}>
        {strings.demo.leave}
      </Button>
    </div>
  );
}
