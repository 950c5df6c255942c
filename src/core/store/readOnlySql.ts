const READING = /^(?:SELECT|WITH|VALUES|EXPLAIN)\b/i;
/** Pragmas that only tell; each takes a name at most. */
const TELLING = /^PRAGMA\s+(?:table_info|table_xinfo|table_list|index_list|index_info|foreign_key_list|user_version|page_count|page_size)\s*(?:\(\s*(?:\w+|"[^"]*"|'[^']*')\s*\))?\s*;?\s*$/i;

/**
 * Whether a statement is of the kinds that only read. It keeps a person from mistakes and gives them an answer at once; what holds in any
 * case is the database, which is told to refuse all writing.
 */
export function isReadOnlySql(sql: string): boolean {
  const text = withoutLeadingComments(sql);
  return READING.test(text) || TELLING.test(text);
}

function withoutLeadingComments(sql: string): string {
  let text = sql.trimStart();
  for (;;) {
    const end = text.startsWith("--") ? text.indexOf("\n") : text.startsWith("/*") ? text.indexOf("*/") + 1 : -2;
    if (end === -2) return text;
    if (end <= 0) return "";
    text = text.slice(end + 1).trimStart();
  }
}
