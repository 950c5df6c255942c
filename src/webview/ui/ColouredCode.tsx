import type { ComponentChild, JSX } from "preact";
import { useMemo } from "preact/hooks";
import { lengthOf } from "../highlight/pieces";
import type { Piece } from "../highlight/token";

/** A code of whose beginning some has its colours. While it grows only its end is laid out anew. */
export function ColouredCode({ code, pieces }: { readonly code: string; readonly pieces: readonly Piece[] }): JSX.Element {
  const coloured = useMemo(() => ({ elements: <>{partsOf(pieces).map(part)}</>, length: lengthOf(pieces) }), [pieces]);
  return (
    <>
      {coloured.elements}
      {code.slice(coloured.length)}
    </>
  );
}

/** What is settled ends with its line and is a box of its own; what is open stays in line with the plain rest. */
function partsOf(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const parts: Piece[][] = [[]];
  for (const piece of pieces) {
    parts.at(-1)?.push(piece);
    if (piece.isSettled) parts.push([]);
  }
  return parts;
}

function part(pieces: readonly Piece[], index: number): ComponentChild {
  const last = pieces.at(-1);
  if (last?.isSettled === true) return <Settled key={index} pieces={pieces} last={last} />;
  return pieces.map((piece, place) => <Open key={`${index}.${place}`} piece={piece} />);
}

/** Pieces before a settled one are never read again, so the last tells them all. */
function Settled({ pieces, last }: { readonly pieces: readonly Piece[]; readonly last: Piece }): JSX.Element {
  return useMemo(() => <span class="code-part">{pieces.flatMap(({ tokens }) => tokens).map(element)}</span>, [last]);
}

function Open({ piece }: { readonly piece: Piece }): JSX.Element {
  return useMemo(() => <>{piece.tokens.map(element)}</>, [piece]);
}

function element({ text, kind }: Piece["tokens"][number], index: number): ComponentChild {
  return kind === undefined ? text : <span key={index} class={`code-${kind}`}>{text}</span>;
}
