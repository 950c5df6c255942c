import type { Random } from "./random";

const COMMON = "the of and to in is that it for as with on be this are by an not or from at have which can if will we but has when all there use was so file code test error function should then value line these would run what type call need change one set add see only two how new make after where here first while before because does also into".split(" ");
const SYLLABLES = "ba be bi bo bu ca ce co cu da de di do fa fe fi fo ga ge go ha he hi ho ja jo ka ke ki la le li lo lu ma me mi mo mu na ne ni no pa pe pi po ra re ri ro ru sa se si so su ta te ti to tu va ve vi vo wa we wi ya yo za ze zo".split(" ");
const ENDINGS = ["", "", "", "n", "r", "s", "t", "l", "ing", "ed", "er", "tion", "ment", "ness"];
const VERBS = "get set read write make find parse load save create update remove handle render check build merge open close resolve".split(" ");
const ENTITIES = "file user chat line token index segment buffer event session handler request result option config state view model cache node path value list".split(" ");
const FOREIGN = ["поиск по всем чатам", "ошибка чтения файла", "検索機能を追加する", "全文检索索引", "größere Änderungen prüfen", "déjà créé à l'été", "파일 검색 기능", "αναζήτηση κειμένου"];

/** Texts that look like those of a coding assistant's chats; the same for the same chance. */
export interface Texts {
  word(): string;
  identifier(): string;
  prose(length: number): string;
  code(length: number): string;
  /** What a tool says: listings, logs, files. */
  output(length: number): string;
  path(): string;
}

const TABLE_SIZE = 1 << 16;

/** The vocabulary is made once, about 40,000 words and 20,000 names, used as often as Zipf's law says. Lengths are about right. */
export function createTexts(random: Random): Texts {
  const rare = Array.from({ length: 40_000 }, () => Array.from({ length: random.integer(2, 4) }, () => random.pick(SYLLABLES)).join("") + random.pick(ENDINGS));
  const words = zipfTable([...COMMON, ...rare], 1, random);
  const names = zipfTable(Array.from({ length: 20_000 }, () => makeName(random, rare)), 0.9, random);
  const paths = Array.from({ length: 3_000 }, () => `src/${random.pick(ENTITIES)}/${random.pick(rare)}/${makeName(random, rare)}.ts`);
  const pickOf = (table: readonly string[]): string => table[Math.floor(random.next() * TABLE_SIZE)] ?? "";
  const word = (): string => pickOf(words);
  const identifier = (): string => pickOf(names);
  const path = (): string => random.pick(paths);

  function sentence(): string {
    let text = word();
    for (let count = random.integer(5, 18); count > 0; count--) text += random.next() < 0.06 ? ` \`${identifier()}\`` : ` ${word()}`;
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}. `;
  }
  function codeLine(): string {
    const indent = "  ".repeat(random.integer(0, 3));
    switch (random.integer(0, 4)) {
      case 0:
        return `${indent}const ${identifier()} = await ${identifier()}(${identifier()}, ${random.integer(0, 4096)});\n`;
      case 1:
        return `${indent}if (${identifier()}.${identifier()} === undefined) return ${identifier()};\n`;
      case 2:
        return `${indent}// ${word()} ${word()} ${word()} ${word()} ${word()}\n`;
      case 3:
        return `${indent}export function ${identifier()}(${identifier()}: ${identifier()}): void {\n`;
      default:
        return `${indent}${identifier()}.${identifier()}(\`${word()} \${${identifier()}}\`);\n`;
    }
  }
  function outputLine(): string {
    switch (random.integer(0, 4)) {
      case 0:
        return `${path()}:${random.integer(1, 900)}: ${codeLine()}`;
      case 1:
        return `2026-0${random.integer(1, 9)}-${random.integer(10, 28)}T12:${random.integer(10, 59)}:${random.integer(10, 59)}Z ${random.pick(["INFO", "WARN", "ERROR"])} ${word()} ${word()} ${identifier()}\n`;
      case 2:
        return `${hex(random, 12)} ${path()}\n`;
      default:
        return codeLine();
    }
  }
  const fill = (length: number, piece: () => string): string => {
    let text = "";
    while (text.length < length) text += piece();
    return text;
  };
  return {
    word,
    identifier,
    path,
    code: (length) => fill(length, codeLine),
    output: (length) => fill(length, outputLine),
    prose(length) {
      const text = fill(length, sentence);
      return random.next() < 0.02 ? `${text}${random.pick(FOREIGN)}. ` : text;
    },
  };
}

function makeName(random: Random, rare: readonly string[]): string {
  const parts = [random.pick(VERBS), random.next() < 0.7 ? random.pick(ENTITIES) : random.pick(rare), ...(random.next() < 0.5 ? [random.next() < 0.5 ? random.pick(ENTITIES) : random.pick(rare)] : [])];
  if (random.next() < 0.2) return parts.join("_");
  return parts.map((part, index) => (index === 0 ? part : part.charAt(0).toUpperCase() + part.slice(1))).join("");
}

function hex(random: Random, length: number): string {
  let text = "";
  while (text.length < length) text += random.integer(0, 0xffff).toString(16).padStart(4, "0");
  return text.slice(0, length);
}

/** Each item as often as the law gives its rank; those too rare for a place of their own share the last ones by chance. */
function zipfTable(items: readonly string[], exponent: number, random: Random): readonly string[] {
  const weights = items.map((_, index) => 1 / (index + 1) ** exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const table: string[] = [];
  let sum = 0;
  for (const [index, item] of items.entries()) {
    sum += (weights[index] ?? 0) / total;
    while (table.length < sum * TABLE_SIZE) table.push(item);
  }
  // Every seventh place goes to any word at all: the long tail of real texts.
  for (let index = 0; index < TABLE_SIZE; index += 7) table[index] = random.pick(items);
  return table;
}
