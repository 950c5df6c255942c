import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { QueryResult } from "../../core/protocol/storagePage";
import { toCsv } from "./csv";
import { strings } from "./strings";

/** What a statement gave, and a button that copies it. */
export function ResultTable({ result }: { readonly result: QueryResult }): JSX.Element {
  const words = strings.tables;
  const count = result.rows.length;
  return (
    <>
      <div class="actions result-head">
        <span>{result.isCut ? words.first(count) : words.rows(count)}</span>
        <CopyCsv result={result} />
      </div>
      {/* A table that is wider than the page is scrolled by keys too. */}
      <div class="scrolled" role="region" aria-label={words.result} tabIndex={0}>
        <table aria-label={words.result}>
          <thead>
            <tr>
              {result.columns.map((column, index) => (
                <th key={index} scope="col">{column}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {result.rows.map((row, index) => (
              <tr key={index}>
                {row.map((value, column) => (
                  <td key={column}>{value ?? <span class="muted">{words.null}</span>}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function CopyCsv({ result }: { readonly result: QueryResult }): JSX.Element {
  const words = strings.tables;
  const [label, setLabel] = useState<string>(words.copy);
  useEffect(() => setLabel(words.copy), [result]);
  const copy = (): void => {
    navigator.clipboard.writeText(toCsv(result)).then(
      () => setLabel(words.copied),
      () => setLabel(words.copyFailed),
    );
  };
  return <button type="button" onClick={copy}>{label}</button>;
}
