import type { LanguageFn } from "highlight.js";
import core from "highlight.js/lib/core";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import dart from "highlight.js/lib/languages/dart";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import elixir from "highlight.js/lib/languages/elixir";
import go from "highlight.js/lib/languages/go";
import graphql from "highlight.js/lib/languages/graphql";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import lua from "highlight.js/lib/languages/lua";
import makefile from "highlight.js/lib/languages/makefile";
import markdown from "highlight.js/lib/languages/markdown";
import php from "highlight.js/lib/languages/php";
import powershell from "highlight.js/lib/languages/powershell";
import protobuf from "highlight.js/lib/languages/protobuf";
import python from "highlight.js/lib/languages/python";
import r from "highlight.js/lib/languages/r";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import scala from "highlight.js/lib/languages/scala";
import scss from "highlight.js/lib/languages/scss";
import shell from "highlight.js/lib/languages/shell";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { TokenList } from "./tokenList";

interface Grammar {
  readonly make: LanguageFn;
  /** What else fences call it. */
  readonly names?: string;
  /** Grammars of what may stand within it. */
  readonly inner?: readonly string[];
}

const GRAMMARS = new Map<string, Grammar>(Object.entries({
  bash: { make: bash, names: "sh zsh fish shellscript shell-script dotenv env" },
  c: { make: c, names: "h" },
  cpp: { make: cpp, names: "c++ cc cxx hpp hh hxx" },
  csharp: { make: csharp, names: "cs c#", inner: ["xml"] },
  css: { make: scss, names: "scss less" }, // one grammar for the three: each brings the same lists of words
  dart: { make: dart, inner: ["markdown"] },
  diff: { make: diff, names: "patch" },
  dockerfile: { make: dockerfile, names: "docker containerfile", inner: ["bash"] },
  elixir: { make: elixir, names: "ex exs", inner: ["markdown"] },
  go: { make: go, names: "golang" },
  graphql: { make: graphql, names: "gql" },
  ini: { make: ini, names: "toml editorconfig properties" },
  java: { make: java },
  javascript: { make: javascript, names: "js jsx mjs cjs javascriptreact", inner: ["xml", "css", "graphql"] },
  json: { make: json, names: "jsonc json5 jsonl ndjson" },
  kotlin: { make: kotlin, names: "kt kts" },
  lua: { make: lua },
  makefile: { make: makefile, names: "make mk mak" },
  markdown: { make: markdown, names: "md mdx", inner: ["xml"] },
  php: { make: php },
  powershell: { make: powershell, names: "pwsh ps1 ps" },
  protobuf: { make: protobuf, names: "proto" },
  python: { make: python, names: "py py3 python3" },
  r: { make: r },
  ruby: { make: ruby, names: "rb" },
  rust: { make: rust, names: "rs" },
  scala: { make: scala },
  shell: { make: shell, names: "console shellsession terminal", inner: ["bash"] },
  sql: { make: sql, names: "postgresql postgres pgsql mysql sqlite plsql tsql" },
  swift: { make: swift },
  typescript: { make: typescript, names: "ts tsx mts cts typescriptreact", inner: ["xml", "css", "graphql"] },
  xml: { make: xml, names: "html htm xhtml svg xsd xsl plist vue svelte", inner: ["javascript", "css"] },
  yaml: { make: yaml, names: "yml" },
}));

const nameOf = new Map([...GRAMMARS].flatMap(([name, { names = name }]) => [name, ...names.split(" ")].map((known) => [known, name] as const)));

/** The highlighter, in an instance that nobody else configures. */
export const hljs = core.newInstance();
hljs.configure({ __emitter: TokenList });

/** The name of the grammar for what a fence calls its language, ready for use; undefined where there is none. */
export function grammarOf(language: string): string | undefined {
  const name = nameOf.get(/^[\w#+-]*/.exec(language)?.[0].toLowerCase() ?? "");
  if (name !== undefined) register(name);
  return name;
}

/** All at once they would take a frame's time, and most are never asked for. */
function register(name: string): void {
  const grammar = GRAMMARS.get(name);
  if (grammar === undefined || hljs.getLanguage(name) !== undefined) return;
  hljs.registerLanguage(name, grammar.make);
  grammar.inner?.forEach(register);
}
