import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Store } from "../state/store";
import { useStore } from "../state/storeContext";
import { estimateHeight } from "../state/turnHeight";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { CodeActionsContext, type CodeActions } from "../ui/codeActions";
import { createListWindow } from "../ui/listWindow";
import { reveal } from "../ui/reveal";
import { useStickToEnd } from "../ui/stickToEnd";
import { TurnView } from "./TurnView";

/**
 * The conversation. It follows the answer as long as the reader is at its end, and only the turns near what is read are in the
 * page, however many there are.
 */
export function Transcript(): JSX.Element {
  const store = useStore();
  const { chat, branches } = store;
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stick = useStickToEnd(scroller, content);
  const turnsWindow = useMemo(() => createListWindow({ isAtEnd: () => !stick.isAway.peek(), estimate: (turnId) => estimateHeight(chat.turn(turnId)?.peek(), chat.block) }), [stick, chat]);
  const isAway = stick.isAway.value;
  const turnIds = chat.turnIds.value;
  const lastTurnId = turnIds.at(-1);
  useLayoutEffect(() => {
    if (scroller.current === null || content.current === null) return undefined;
    return turnsWindow.attach(scroller.current, content.current);
  }, [turnsWindow]);
  useLayoutEffect(turnsWindow.observe);
  // A new question, or another chat, is looked at from its end; another version from where the one before it was left.
  useLayoutEffect(() => effect(() => void (branches.switching.value === undefined ? stick.look() : stick.letGo())), [stick, branches]);
  useLayoutEffect(() => {
    const switching = branches.switching.peek();
    const item = switching === undefined ? null : (content.current?.querySelector(`[data-item="${switching.turnId}"]`) ?? null);
    if (switching === undefined || item === null || scroller.current === null) return stick.toEnd();
    scroller.current.scrollTop += item.getBoundingClientRect().top - switching.top;
    branches.switched();
  }, [stick, branches, chat.chatId.value, lastTurnId]);
  const found = store.found.value;
  const isFoundHere = found !== undefined && turnIds.includes(found.turnId);
  useLayoutEffect(() => {
    if (!isFoundHere || found === undefined || scroller.current === null || content.current === null) return undefined;
    return reveal(scroller.current, content.current, turnsWindow, found);
  }, [turnsWindow, found, isFoundHere]);
  const codeActions = useMemo(() => codeActionsOf(store), [store]);
  const jump = (): void => {
    stick.toEnd();
    scroller.current?.focus();
  };
  return (
    <div class={`transcript${turnIds.length === 0 ? " transcript-empty" : stick.isScrolled.value ? " transcript-scrolled" : ""}`}>
      <div class="log" role="log" aria-label={strings.conversation.label} aria-live="off" tabIndex={turnIds.length === 0 ? -1 : 0} ref={scroller}>
        <CodeActionsContext.Provider value={codeActions}>
          <div class="turns" ref={content}>
            {turnsWindow.slots(turnIds).map((slot) =>
              slot.type === "gap" ? (
                <div key={slot.key} class="turns-gap" style={{ height: `${slot.height}px` }} />
              ) : (
                <TurnView key={slot.id} turnId={slot.id} position={slot.index + 1} count={turnIds.length} />
              ),
            )}
          </div>
        </CodeActionsContext.Provider>
      </div>
      {isAway && (
        <button type="button" class="jump" onClick={jump}>
          <Icon name="arrow-down" /> {strings.conversation.jump}
        </button>
      )}
    </div>
  );
}

function codeActionsOf(store: Store): CodeActions {
  return {
    insert: (text) => store.ask("code.insert", { text }),
    newFile: (text, language) => store.ask("code.newFile", { text, language }),
  };
}
