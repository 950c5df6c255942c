import type { JSX } from "preact";
import type { Usage } from "../../core/protocol/chatState";
import { answerText } from "../state/announcements";
import { hasAnswer, type TurnHead } from "../state/chatSignals";
import { useStore } from "../state/storeContext";
import { usageText } from "../state/usageText";
import { strings } from "../strings";
import { CopyButton } from "../ui/CopyButton";
import { IconButton } from "../ui/IconButton";

/** What can be done with an answer that has come to some end, and what it took. */
export function Finish({ turn }: { readonly turn: TurnHead }): JSX.Element {
  const { branches } = useStore();
  return (
    <>
      <CopyAnswer turn={turn} />
      <IconButton icon="repo-forked" label={strings.branches.fork} onClick={() => void branches.fork(turn.turnId)} class="fork-button" />
      {turn.usage !== undefined && <UsageLine usage={turn.usage} isWhole={turn.status === "done"} />}
    </>
  );
}

/** Short for the eye, in words for a tooltip and for who listens. */
function UsageLine({ usage, isWhole }: { readonly usage: Usage; readonly isWhole: boolean }): JSX.Element {
  const { short, words } = usageText(usage, isWhole);
  return (
    <span class="usage" title={words}>
      <span aria-hidden="true">
        {short.map((part, index) => (
          <>
            {index > 0 && " · "}
            <span class="usage-part">{part}</span>
          </>
        ))}
      </span>
      <span class="visually-hidden">{words}</span>
    </span>
  );
}

function CopyAnswer({ turn }: { readonly turn: TurnHead }): JSX.Element | null {
  const { chat } = useStore();
  if (!hasAnswer(turn)) return null;
  const text = (): string => {
    const whole = chat.snapshot()?.turns.find((candidate) => candidate.turnId === turn.turnId);
    return whole === undefined ? "" : answerText(whole);
  };
  return <CopyButton label={strings.conversation.copyAnswer} text={text} />;
}
