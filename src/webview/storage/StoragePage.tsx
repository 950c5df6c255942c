import type { JSX } from "preact";
import type { StorageOverview } from "../../core/protocol/storagePage";
import { ResultTable } from "./ResultTable";
import type { StorageState } from "./state";
import { strings } from "./strings";

/** How much is stored and where, and a look into the index. */
export function StoragePage({ state }: { readonly state: StorageState }): JSX.Element {
  const overview = state.overview.value;
  return (
    <main>
      <h1>{strings.title}</h1>
      {state.overviewProblem.value === undefined ? null : <p class="problem" role="alert">{state.overviewProblem.value}</p>}
      {overview === undefined ? (
        <p role="status">{strings.loading}</p>
      ) : (
        <>
          <Overview overview={overview} state={state} />
          <Tables overview={overview} state={state} />
        </>
      )}
    </main>
  );
}

interface PartProps {
  readonly overview: StorageOverview;
  readonly state: StorageState;
}

function Overview({ overview, state }: PartProps): JSX.Element {
  const words = strings.overview;
  return (
    <section id="overview" aria-labelledby="overview-title">
      <h2 id="overview-title">{words.title}</h2>
      <p>
        {words.folder}: <code>{overview.folder}</code>
      </p>
      <p>
        {words.chats(overview.chatCount)}, {words.trash(overview.trashCount)}
      </p>
      <div class="actions">
        {overview.canReveal ? <button type="button" onClick={() => state.act("reveal")}>{words.reveal}</button> : null}
        <button type="button" onClick={() => state.act("verify")}>{words.verify}</button>
        <button type="button" onClick={() => state.act("export")}>{words.exportAll}</button>
        <button type="button" onClick={() => state.act("import")}>{words.importChats}</button>
        <button type="button" onClick={() => void state.refresh()}>{words.refresh}</button>
      </div>
      <table aria-labelledby="overview-title">
        <thead>
          <tr>
            <th scope="col">{words.kind}</th>
            <th scope="col" class="number">{words.files}</th>
            <th scope="col" class="number">{words.size}</th>
          </tr>
        </thead>
        <tbody>
          {overview.rows.map((row) => (
            <tr key={row.label}>
              <th scope="row">{row.label}</th>
              <td class="number">{row.files}</td>
              <td class="number">{row.size}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Tables({ overview, state }: PartProps): JSX.Element {
  const words = strings.tables;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void state.run();
  };
  return (
    <section id="tables" aria-labelledby="tables-title">
      <h2 id="tables-title">{words.title}</h2>
      <p>{words.about}</p>
      <ul class="tables" aria-label={words.list}>
        {overview.tables.map((table) => (
          <li key={table.name}>
            <button type="button" onClick={() => void state.choose(table.name)}>
              <code>{table.name}</code> <span class="muted">{words.rows(table.rowCount)}</span>
            </button>
          </li>
        ))}
      </ul>
      <label for="sql">{words.sql}</label>
      <textarea id="sql" rows={4} spellcheck={false} aria-describedby="sql-hint" value={state.sql.value} onInput={(event) => state.write(event.currentTarget.value)} onKeyDown={onKeyDown} />
      <p id="sql-hint" class="muted">{words.hint}</p>
      <div class="actions">
        <button type="button" class="primary" onClick={() => void state.run()}>{words.run}</button>
      </div>
      <div role="status">{state.isRunning.value ? words.running : ""}</div>
      {state.resultProblem.value === undefined ? null : <p class="problem" role="alert">{state.resultProblem.value}</p>}
      {state.result.value === undefined ? null : <ResultTable result={state.result.value} />}
    </section>
  );
}
