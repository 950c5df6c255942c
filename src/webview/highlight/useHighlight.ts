import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { disposable } from "../../core/base/disposables";
import type { Timers } from "../../core/base/timers";
import { createTimers } from "../rpc";
import { createPieceCache } from "./cache";
import { createPainter, type PainterOptions } from "./painter";
import { NO_PIECES } from "./pieces";
import type { Highlighter, Piece } from "./token";

const PLAIN = new Set(["", "text", "txt", "plain", "plaintext", "output"]);

const cache = createPieceCache();

/**
 * What of a block's code has its colours by now, from its beginning: more of it with each repaint, which this sees to itself.
 * `language` is the word after the opening fence.
 */
export function useHighlight(code: string, language: string): readonly Piece[] {
  const [, repaint] = useState({});
  const painter = useMemo(() => (PLAIN.has(language) ? undefined : createPainter({ language, load, cache, whenIdle, timers, onChange: () => repaint({}) })), [language]);
  const pieces = painter?.piecesOf(code) ?? NO_PIECES;
  useLayoutEffect(() => {
    if (typeof document !== "undefined") painter?.follow(); // without a page there is nobody to see colours
  });
  useLayoutEffect(() => () => painter?.dispose(), [painter]);
  return pieces;
}

let loading: Promise<Highlighter | undefined> | undefined;

/** The grammars are a file of their own beside this one. The page's policy lets it in: what a script imports carries that script's nonce. */
function load(): Promise<Highlighter | undefined> {
  loading ??= import("./highlighter").catch((error: unknown) => {
    console.error("Code stays without colours: the highlighter could not be loaded. Open the panel anew to try again.", error);
    return undefined;
  });
  return loading;
}

const timers: Timers = { after: (delayMs, callback) => createTimers(window).after(delayMs, callback) };

const whenIdle: PainterOptions["whenIdle"] = (run) => {
  if (typeof requestIdleCallback !== "function") return timers.after(30, () => run(() => 0)); // Safari: a step every other frame
  const handle = requestIdleCallback((deadline) => run(() => deadline.timeRemaining()), { timeout: 500 });
  return disposable(() => cancelIdleCallback(handle));
};
