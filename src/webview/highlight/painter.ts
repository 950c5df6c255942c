import { disposable, type Disposable } from "../../core/base/disposables";
import type { Timers } from "../../core/base/timers";
import type { PieceCache } from "./cache";
import { advance, fit, lengthOf, NO_PIECES, settledOf } from "./pieces";
import type { Highlighter, Piece, Tokenised } from "./token";

/** Between two looks at a text that grows; longer where much has to be read again each time. */
const PAUSE_MS = 100;
const PAUSE_MS_PER_CHARACTER = 0.1;
/** At most so many steps are painted at once, and only with so much time left. */
const STEPS_AT_ONCE = 3;
const STEP_MS = 4;
/** Of pieces made before, characters that come with the first paint of a block, and how many pieces each step adds. */
const AT_ONCE = 16_000;
const PIECES_OF_STEP = 4;

export interface PainterOptions {
  /** What the code fence says. */
  readonly language: string;
  /** Resolves to undefined where the highlighter cannot be had; code is plain then. */
  readonly load: () => Promise<Highlighter | undefined>;
  readonly cache: PieceCache;
  /** Calls back when the page has nothing better to do, with a look at how many ms of that are left. */
  readonly whenIdle: (run: (timeRemaining: () => number) => void) => Disposable;
  readonly timers: Timers;
  /** There is more to show than before. */
  readonly onChange: () => void;
}

/** Colours the code of one block little by little, in the page's idle time, while it may still grow. */
export interface Painter extends Disposable {
  /** What of `code`, from its beginning, has its colours by now. */
  piecesOf(code: string): readonly Piece[];
  /** Sees to it that the rest of the code asked for last gets them. */
  follow(): void;
  /** Stops, and leaves what was made to the cache. */
  dispose(): void;
}

export function createPainter({ language, load, cache, whenIdle, timers, onChange }: PainterOptions): Painter {
  let code = "";
  let pieces: readonly Piece[] | undefined;
  let older = NO_PIECES; // from the cache
  let read: ((text: string) => Tokenised | undefined) | undefined;
  let pending: Disposable | undefined; // what is under way to the next paint
  let isOver = false;

  function piecesOf(next: string): readonly Piece[] {
    code = next;
    if (pieces === undefined) {
      older = cache.get(language, next) ?? NO_PIECES;
      pieces = older.slice(0, older.length * Math.min(1, AT_ONCE / next.length));
    }
    pieces = fit(pieces, next);
    return pieces;
  }

  function follow(): void {
    const covered = lengthOf(pieces ?? NO_PIECES);
    if (isOver || pending !== undefined || covered >= code.length) return;
    if (read === undefined) {
      pending = disposable(() => undefined);
      void begin();
      return;
    }
    pending = timers.after(PAUSE_MS + PAUSE_MS_PER_CHARACTER * (covered - settledOf(pieces ?? NO_PIECES).length), atIdle);
  }

  async function begin(): Promise<void> {
    const highlighter = await load();
    if (isOver) return;
    if (highlighter === undefined) isOver = true;
    else pending = whenIdle(() => prepare(highlighter));
  }

  /** The first use of a grammar takes as long as several steps, so it has slices of its own. */
  function prepare(highlighter: Highlighter): void {
    const grammar = highlighter.grammarOf(language);
    if (grammar === undefined) {
      isOver = true;
      return;
    }
    read = (text) => highlighter.tokenise(text, grammar);
    pending = whenIdle(() => {
      highlighter.tokenise("\n", grammar);
      atIdle();
    });
  }

  function atIdle(): void {
    pending = whenIdle(paint);
  }

  function paint(timeRemaining: () => number): void {
    pending = undefined;
    const before = pieces ?? NO_PIECES;
    let [now, isDone] = [before, false];
    for (let step = 0; !isDone && step < STEPS_AT_ONCE && (step === 0 || timeRemaining() >= STEP_MS); step++) {
      const next = more(now);
      isDone = next === now || lengthOf(next) >= code.length;
      now = next;
    }
    pieces = now;
    if (now !== before) onChange();
    if (!isDone) atIdle();
  }

  function more(now: readonly Piece[]): readonly Piece[] {
    const known = fit(older.slice(0, now.length + PIECES_OF_STEP), code);
    if (known.length > now.length) return known;
    older = NO_PIECES;
    return read === undefined ? now : advance(now, code, read);
  }

  return {
    piecesOf,
    follow,
    dispose() {
      isOver = true;
      pending?.dispose();
      const made = pieces ?? NO_PIECES;
      if (made.length + older.length > 0) cache.set(language, code, older.length > made.length ? older : made);
    },
  };
}
