import assert from "node:assert/strict";
import { createTermTable } from "../../../../src/core/store/search/terms";
import { createTokenizer, MAX_TERM_LENGTH, normalForm, termsOf } from "../../../../src/core/store/search/tokens";
import { seeded } from "../../../support/random";

const sorted = (terms: Iterable<string>): readonly string[] => [...terms].sort();

describe("termsOf", () => {
  const examples: Readonly<Record<string, readonly string[]>> = {
    "Fix the Bug!": ["fix", "the", "bug"],
    readFileSync: ["readfilesync", "read", "filesync", "file", "sync"],
    HTTPServer: ["httpserver", "http", "server"],
    max_token_count: ["max_token_count", "max", "token_count", "token", "count"],
    __init__: ["__init__", "init__", "init"],
    ____: [],
    base64Encode: ["base64encode", "base64", "encode"],
    "src/core/ports.ts:12": ["src", "core", "ports", "ts", "12"],
    "É Größe Ωμέγα İstanbul": ["e", "große", "ωμεγα", "istanbul"],
    "e\u0301t\u00e9": ["ete"],
    "soft\u00adhyphen": ["softhyphen"],
    "ｆｕｌｌ ﬁne": ["full", "fine"],
    "ΟΔΟΣ οδος": ["οδοσ"],
    検索機能: ["検索", "索機", "機能", "能"],
    "file検索x": ["file", "検索", "索", "x"],
    한국어: ["한국어"],
    "a\ud800b \udc00": ["a", "b"],
    "𝒳yz 𠀀𠀁": ["xyz", "𠀀𠀁", "𠀁"],
    "": [],
  };
  for (const [text, terms] of Object.entries(examples)) it(`finds in ${JSON.stringify(text)} what can be looked for`, () => assert.deepEqual(sorted(termsOf(text)), sorted(terms)));

  it("keeps the beginning of a word of any length, and takes no parts of it", () => {
    for (const text of ["x".repeat(MAX_TERM_LENGTH), "aB".repeat(MAX_TERM_LENGTH), "ab_".repeat(5000)]) {
      assert.deepEqual([...termsOf(text)], [text.toLowerCase().slice(0, MAX_TERM_LENGTH)]);
    }
  });

  it("takes no parts of what has too many, such as a hash", () => {
    assert.deepEqual([...termsOf("aBcDeFgHiJkLmNoPqRsTuVwXyZ0")], ["abcdefghijklmnopqrstuvwxyz0"]);
  });

  const LETTERS = [..."abcXYZ019_ .-/", "é", "E\u0301", "ß", "Ж", "索", "か", "ー", "\u00ad", "ก", "\n", "😀", "𠀀"];
  it("agrees with an account by patterns", seeded((random) => {
    for (let round = 0; round < 100; round++) {
      const text = Array.from({ length: random.integer(0, 40) }, () => random.pick(LETTERS)).join("");
      assert.deepEqual(sorted(termsOf(text)), sorted(byPatterns(text)), JSON.stringify(text));
    }
  }));
});

/** The same by regular expressions, slowly; enough for the letters above. */
function byPatterns(text: string): ReadonlySet<string> {
  const terms = new Set<string>();
  const fold = (part: string): string => part.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f\u00ad]/g, "").normalize("NFC");
  for (const [run] of text.normalize("NFC").matchAll(/(?:[索かー𠀀ก]\u00ad*)+|(?:(?![索かー𠀀ก])[\p{L}\p{M}\p{N}_]\u00ad*)+/gu)) {
    const bare = run.replaceAll("\u00ad", "");
    if (/^[索かー𠀀ก]/u.test(bare)) {
      const characters = [...bare];
      characters.forEach((character, index) => terms.add(character + (characters[index + 1] ?? "")));
      continue;
    }
    if (/^_+$/.test(bare)) continue;
    terms.add(fold(bare));
    const starts = [...bare.matchAll(/(?:^|(?<=_)|(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll}))[^_]/gu)].map((match) => match.index);
    if (starts.length > 12) continue;
    starts.forEach((start, index) => {
      terms.add(fold(bare.slice(start)));
      terms.add(fold(bare.slice(start, starts[index + 1])).replace(/_+$/, ""));
    });
  }
  return terms;
}

describe("createTokenizer", () => {
  it("says where in the text each term stands", () => {
    const text = normalForm("Éa readFile_x 検索");
    const { places, run } = createTokenizer();
    const found: string[] = [];
    run(text, (start, end) => void found.push(text.slice(places[start], places[end])));
    assert.deepEqual(found, ["Éa", "readFile_x", "read", "File_x", "File", "x", "検索", "索"]);
  });

  it("ends where no more is wanted", () => {
    const { run } = createTokenizer();
    let count = 0;
    run("a b c d", () => ++count === 2);
    assert.equal(count, 2);
  });
});

describe("createTermTable", () => {
  it("numbers each term once, and sorts as strings are sorted", seeded((random) => {
    const table = createTermTable();
    const ids = new Map<string, number>();
    for (let count = 0; count < 5_000; count++) {
      const term = Array.from({ length: random.integer(1, 6) }, () => random.pick(["a", "b", "é", "索", "\ud840\udc00", "z"])).join("");
      const units = Uint16Array.from({ length: term.length }, (_, index) => term.charCodeAt(index));
      const id = table.idOf(units, 0, units.length);
      assert.equal(id, ids.get(term) ?? ids.size);
      ids.set(term, id);
    }
    assert.deepEqual(Array.from(table.sorted(), (id) => table.textOf(id)), [...ids.keys()].sort());
  }));
});
