import type { Kind } from "./token";

/** Scopes of the grammars by what they come to here; null is plain code within something coloured, as in a template string. */
const KIND_OF: Readonly<Record<string, Kind | null>> = {
  comment: "comment",
  quote: "comment",
  doctag: "keyword",
  keyword: "keyword",
  "selector-tag": "keyword",
  "template-tag": "keyword",
  tag: null,
  "tag.name": "keyword",
  name: "keyword",
  section: "keyword",
  bullet: "keyword",
  literal: "literal",
  built_in: "type",
  symbol: "literal",
  "variable.language": "keyword",
  "variable.constant": "literal",
  number: "number",
  string: "string",
  regexp: "string",
  "char.escape": "literal",
  code: "string",
  formula: "string",
  link: "string",
  subst: null,
  title: "function",
  "title.class": "type",
  type: "type",
  "selector-class": "type",
  "selector-id": "type",
  "selector-pseudo": "type",
  "selector-attr": "name",
  attr: "name",
  attribute: "name",
  property: "name",
  variable: "name",
  "template-variable": "name",
  meta: "meta",
  "meta.prompt": "comment",
  addition: "added",
  deletion: "removed",
};

/** What a scope such as `title.class.inherited` comes to, its most telling known beginning counting; `outer` where it says nothing. */
export function kindOf(scope: string, outer: Kind | undefined): Kind | undefined {
  for (let name = scope; name !== ""; name = name.slice(0, Math.max(0, name.lastIndexOf(".")))) {
    if (Object.hasOwn(KIND_OF, name)) return KIND_OF[name] ?? undefined;
  }
  return outer;
}
