import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { grouped, t, useTranslation, type Translation } from "../../../../src/core/base/l10n";
import { makeFailure } from "../../../../src/core/chat/failureText";
import type { FailureCode } from "../../../../src/core/protocol/failures";
import { wordsElement } from "../../../../src/extension/view/wordsElement";
import { createStrings } from "../../../../src/webview/strings";

const ENGLISH: Translation = { language: "en", bundle: undefined };

const CODES = Object.keys({
  unknown: true, noKey: true, keyRejected: true, billing: true, forbidden: true, modelNotFound: true, badRequest: true, tooLarge: true,
  contextExceeded: true, rateLimited: true, serverError: true, overloaded: true, offline: true, dns: true, proxy: true, tls: true,
  malformedStream: true, streamCut: true, idleTimeout: true, refusal: true, maxTokens: true, storage: true,
} satisfies { readonly [C in FailureCode]: true }) as readonly FailureCode[];

/** Every listed sentence between brackets, its values left where they are. */
function pseudo(): Translation {
  const sentences = Object.keys(JSON.parse(readFileSync("l10n/bundle.l10n.json", "utf8")) as object);
  return { language: "de", bundle: Object.fromEntries(sentences.map((sentence) => [sentence, `⟦${sentence}⟧`])) };
}

/** All texts of a table of words, each with the path to it; functions are called with numbers that fit any of them. */
function texts(value: unknown, path = ""): readonly (readonly [path: string, text: string])[] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [0, 1, 7].flatMap((count) => texts((value as (...values: readonly number[]) => unknown)(count, count), `${path}(${count})`));
  return Object.entries(Object(value) as object).flatMap(([key, part]) => texts(part, `${path}.${key}`));
}

describe("translation", () => {
  afterEach(() => useTranslation(ENGLISH));

  it("puts values in their places, in whatever order the translation has them", () => {
    assert.equal(t("{0} costs {1}", "Tea", 4), "Tea costs 4");
    useTranslation({ language: "de", bundle: { "{0} costs {1}": "{1} kostet {0}" } });
    assert.equal(t("{0} costs {1}", "Tee", 4), "4 kostet Tee");
  });

  it("leaves a sentence in English that nobody has translated", () => {
    useTranslation({ language: "de", bundle: { Open: "Öffnen" } });
    assert.deepEqual([t("Open"), t("Close")], ["Öffnen", "Close"]);
  });

  it("writes numbers as the language does, and as English does where the language is no language", () => {
    useTranslation({ language: "de", bundle: undefined });
    assert.equal(grouped(12345), "12.345");
    useTranslation({ language: "not a language", bundle: undefined });
    assert.equal(grouped(12345), "12,345");
  });

  it("is carried into the page whole, whatever its words contain", () => {
    assert.equal(wordsElement(undefined), "");
    const bundle = { Open: "Öffnen </script><img src=x> \u2028 & \"so\"" };
    const element = wordsElement(bundle);
    assert.equal(element.match(/<\/?\w+/g)?.join(" "), "<script </script");
    assert.deepEqual(JSON.parse(/>(.*)<\/script>/s.exec(element)?.[1] ?? ""), bundle);
  });

  it("reaches every word of the panel", () => {
    useTranslation(pseudo());
    const untouched = texts(createStrings()).filter(([, text]) => !text.startsWith("⟦") && text !== "Cairn");
    assert.deepEqual(untouched, []);
  });

  it("reaches the sentence of every failure", () => {
    useTranslation(pseudo());
    const untouched = CODES.map((code) => makeFailure(code).message).filter((text) => !text.startsWith("⟦"));
    assert.deepEqual(untouched, []);
  });
});
