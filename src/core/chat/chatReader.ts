import type { Emitter } from "../base/emitter";
import type { Clock, Journal, JournalFile, Log } from "../ports";
import type { ChatState } from "../protocol/chatState";
import { readEvent, type SessionEvent } from "../protocol/events";
import { reduceMany } from "../protocol/reduceMany";
import { streamOf } from "../store/streams";
import { accept, type Session } from "./session";

/** The longest that the host is held up by one chat, ms. */
const SLICE_MS = 2;

export interface ReaderOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of what is read, unless nobody can have seen the chat before. */
  readonly events: Emitter<SessionEvent>;
}

/** Reads what has come to the chat's files since the last look, in whatever window it was written. Rejects, with nothing changed, where a file cannot be read. */
export async function readNews(session: Session, options: ReaderOptions): Promise<void> {
  const found: FoundEvent[] = [];
  const offsets = new Map<string, number>();
  for (const file of await options.journal.files(streamOf(session.state.chatId))) {
    if (file.sizeBytes <= (session.offsets.get(file.writer) ?? 0)) continue;
    const { events, endOffset } = await readFile(session, file, options);
    offsets.set(file.writer, endOffset);
    for (const event of events) found.push({ event, writer: file.writer });
  }
  found.sort((a, b) => a.event.seq - b.event.seq || a.event.at - b.event.at);
  const events = oneHistory(found, session.state.seq, session.turnWriters);
  if (session.isLoaded) {
    for (const event of events) accept(session, event, options.events);
  } else {
    // Nobody has been told anything yet that this would be news to, but for the end of a long chat.
    const news: SessionEvent[] = [];
    session.state = await reduceInSlices(session.state, alsoInto(news, events, (event) => session.shownSeq > 0 && event.seq > session.shownSeq), options.clock);
    for (const event of news) options.events.fire(event);
  }
  for (const [writer, offset] of offsets) session.offsets.set(writer, offset);
  session.isLoaded = true;
}

interface FoundEvent {
  readonly event: SessionEvent;
  readonly writer: string;
}

async function readFile(session: Session, file: JournalFile, { journal, log }: ReaderOptions): Promise<{ readonly events: readonly SessionEvent[]; readonly endOffset: number }> {
  const events: SessionEvent[] = [];
  let endOffset = session.offsets.get(file.writer) ?? 0;
  for await (const line of journal.read(file, endOffset)) {
    if (!line.ok && line.isTorn) break; // its writer may still be at it: the next look begins there again
    const startOffset = endOffset;
    endOffset = line.endOffset;
    const event = line.ok ? readEvent(line.value) : undefined;
    if (event?.ok === true) {
      events.push(event.value);
      continue;
    }
    if (event?.error.code === "newer") session.hasNewer = true;
    else session.damaged.push({ file, range: { startOffset, endOffset } });
    log.warn(`Left out a line of ${file.stream}/${file.writer} before byte ${line.endOffset}: ${line.ok ? event?.error.message : line.message}`);
  }
  return { events, endOffset };
}

/** Events of several files, sorted, as one history after number `seq`, one at a time as they are asked for; notes who began which turn. */
function* oneHistory(found: Iterable<FoundEvent>, seq: number, turnWriters: Map<string, string>): Generator<SessionEvent> {
  const seen = new Set<string>();
  for (const { event, writer } of found) {
    // A write that failed after all was repeated: a line may stand there twice.
    const name = `${writer}/${event.id}`;
    if (seen.has(name)) continue;
    seen.add(name);
    if (event.type === "turn.started") turnWriters.set(event.turnId, writer);
    // Two windows may have used one number; both events count, so each gets the next free one.
    seq = Math.max(event.seq, seq + 1);
    yield event.seq === seq ? event : { ...event, seq };
  }
}

/** Gives the events on, and adds those that are wanted to a list. */
function* alsoInto(list: SessionEvent[], events: Iterable<SessionEvent>, isWanted: (event: SessionEvent) => boolean): Generator<SessionEvent> {
  for (const event of events) {
    if (isWanted(event)) list.push(event);
    yield event;
  }
}

/** A long chat is put together in pieces, between which the host does other things. */
async function reduceInSlices(state: ChatState, events: Iterable<SessionEvent>, clock: Clock): Promise<ChatState> {
  const work = reduceMany(state, events);
  for (let begunAt = clock.now(); ; ) {
    const step = work.next();
    if (step.done === true) return step.value;
    const spentMs = clock.now() - begunAt;
    if (spentMs >= 0 && spentMs < SLICE_MS) continue; // below zero: the clock was set back, and says nothing of this slice
    await new Promise<void>((resolve) => clock.after(0, resolve));
    begunAt = clock.now();
  }
}
