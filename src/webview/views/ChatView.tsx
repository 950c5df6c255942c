import type { JSX } from "preact";
import { useStore } from "../state/storeContext";
import { strings } from "../strings";
import { Button } from "../ui/Button";
import { Icon } from "../ui/Icon";
import { Composer } from "./Composer";
import { ConnectionNotice } from "./ConnectionNotice";
import { ElsewhereNotice } from "./ElsewhereNotice";
import { EmptyState } from "./EmptyState";
import { FindBar } from "./FindBar";
import { Transcript } from "./Transcript";
import { UnsavedNotice } from "./UnsavedNotice";

/** Stays in the page behind the history, so that coming back finds place and focus as they were. */
export function ChatView(): JSX.Element {
  const store = useStore();
  return (
    <div class="chat" hidden={store.view.value !== "chat"}>
      <FindBar />
      <Middle />
      <Transcript />
      <UnsavedNotice />
      <ElsewhereNotice />
      <ConnectionNotice />
      <Composer />
    </div>
  );
}

/** What stands where the conversation would. Nothing, while it is not known whether there is one. */
function Middle(): JSX.Element | null {
  const store = useStore();
  const { chat } = store;
  if (store.startProblem.value !== undefined) {
    return <Problem title={strings.start.failed} detail={store.startProblem.value} onAgain={() => void store.start()} />;
  }
  if (chat.problem.value !== undefined) {
    return <Problem title={strings.start.chatFailed} detail={chat.problem.value} onAgain={() => void chat.reload()} />;
  }
  const status = store.connection.value?.status;
  const isKnown = status !== undefined && status !== "checking" && !chat.isLoading.value;
  return isKnown && chat.turnIds.value.length === 0 ? <EmptyState /> : null;
}

interface ProblemProps {
  readonly title: string;
  readonly detail: string;
  readonly onAgain: () => void;
}

function Problem({ title, detail, onAgain }: ProblemProps): JSX.Element {
  return (
    <div class="problem" role="alert">
      <p class="problem-title">
        <Icon name="error" /> {title}
      </p>
      <p>{detail}</p>
      <Button onClick={onAgain}>{strings.start.again}</Button>
    </div>
  );
}
