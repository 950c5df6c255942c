import assert from "node:assert/strict";
import { branchesOf, shownTurns, type TurnPlace } from "../../../../src/core/protocol/branches";
import { seeded, type Random } from "../../../support/random";

const turn = (turnId: string, parentTurnId?: string, more: Partial<TurnPlace> = {}): TurnPlace => ({ turnId, status: "done", ...(parentTurnId === undefined ? {} : { parentTurnId }), ...more });
const shown = (turns: readonly TurnPlace[], shownTurnId?: string): string => branchesOf(turns, shownTurnId).shown.join(" ");
const versions = (turns: readonly TurnPlace[], turnId: string): string => (branchesOf(turns, undefined).versions.get(turnId) ?? []).join(" ");

/** Turns as `reduce` lets them be: each names some that came before it, whatever sense that makes. */
function anyTree(random: Random): readonly TurnPlace[] {
  return Array.from({ length: random.integer(1, 30) }, (_, index) => {
    const any = (share: number): string | undefined => (index === 0 || random.next() > share ? undefined : `t${random.integer(0, index - 1)}`);
    const origin = any(0.25);
    return turn(`t${index}`, any(0.8), { status: random.next() < 0.2 ? "failed" : "done", ...(origin === undefined ? {} : { [random.pick(["retryOf", "editOf"])]: origin }) });
  });
}

describe("branchesOf", () => {
  it("shows all turns of a chat that has one branch, parents named or not", () => {
    assert.equal(shown([turn("1"), turn("2", "1"), turn("3", "2")]), "1 2 3");
    assert.equal(shown([turn("1"), turn("2"), turn("3")]), "1 2 3");
    assert.equal(shown([]), "");
    assert.equal(versions([turn("1"), turn("2", "1")], "2"), "2");
  });

  it("takes retries and edits for versions at one place, and shows the newest", () => {
    const turns = [turn("1"), turn("2", "1"), turn("3", "2"), turn("4", "1", { editOf: "2" }), turn("5", "1", { retryOf: "4" }), turn("6", "5")];
    assert.equal(shown(turns), "1 5 6");
    for (const turnId of ["2", "4", "5"]) assert.equal(versions(turns, turnId), "2 4 5");
    assert.equal(versions(turns, "3"), "3");
  });

  it("shows the newest branch through the chosen turn", () => {
    const turns = [turn("1"), turn("2", "1"), turn("3", "2"), turn("4", "2", { editOf: "3" }), turn("5", undefined, { editOf: "1" })];
    assert.equal(shown(turns), "5");
    assert.equal(shown(turns, "1"), "1 2 4");
    assert.equal(shown(turns, "3"), "1 2 3");
    assert.equal(shown(turns, "unknown"), "5");
  });

  it("keeps a failed turn in sight that the conversation went on without", () => {
    const failed = { status: "failed" } as const;
    const turns = [turn("1"), turn("2", "1", failed), turn("3", "1"), turn("4", "3")];
    assert.equal(shown(turns), "1 2 3 4");
    assert.equal(versions(turns, "3"), "3");
    assert.equal(shown([turn("1", undefined, failed), turn("2", undefined, failed), turn("3"), turn("4", undefined, { editOf: "2" })]), "1 4");
  });

  it("of a chat's last turns shows the end of the branch", () => {
    assert.equal(shown([turn("8", "7"), turn("9", "8"), turn("10", "3", { editOf: "4" })], "9"), "8 9");
    assert.equal(shown([turn("8", "7"), turn("9", "8"), turn("10", "7", { retryOf: "8" })]), "10");
  });

  it("ends where turns name each other in a circle", () => {
    const circle = [turn("1", "2", { retryOf: "2" }), turn("2", "1", { editOf: "1" }), turn("3", "3")];
    assert.equal(shown(circle), "3");
    assert.equal(shown(circle, "1"), "2 1");
  });

  it("shows one path, along which no turn comes before the one it follows", seeded((random) => {
    for (let round = 0; round < 300; round++) {
      const turns = anyTree(random);
      const chosen = random.next() < 0.5 ? undefined : random.pick(turns).turnId;
      const { shown: path, versions: all } = branchesOf(turns, chosen);
      assert.equal(new Set(path).size, path.length);
      assert.ok(path.length > 0);
      if (chosen !== undefined) assert.ok(path.includes(chosen), "the chosen turn is on it");
      const places = path.map((turnId) => turns.findIndex((item) => item.turnId === turnId));
      assert.ok(places.every((place, index) => index === 0 || place > (places[index - 1] ?? 0)), JSON.stringify({ turns, path }));
      assert.deepEqual(shownTurns({ turns: turns as never, ...(chosen === undefined ? {} : { shownTurnId: chosen }) }).map((item) => item.turnId), path);
      for (const item of turns) assert.ok(all.get(item.turnId)?.includes(item.turnId));
      for (const turnId of path) assert.equal(path.filter((other) => all.get(turnId)?.includes(other)).length, 1, "of each place it has one version");
    }
  }));

  it("leads from any branch to every turn by choosing versions along the way", seeded((random) => {
    for (let round = 0; round < 60; round++) {
      const turns = anyTree(random);
      for (const { turnId: target } of turns) {
        let chosen: string | undefined = random.pick(turns).turnId;
        const way = branchesOf(turns, target).shown;
        for (let step = 0; !branchesOf(turns, chosen).shown.includes(target); step++) {
          assert.ok(step <= turns.length, `${target} cannot be reached in ${JSON.stringify(turns)}`);
          const { shown: now, versions: all } = branchesOf(turns, chosen);
          chosen = way.find((turnId, index) => turnId !== now[index]); // where the ways part
          const from = now.find((turnId) => chosen !== undefined && all.get(turnId)?.includes(chosen));
          assert.ok(from !== undefined, "the switcher at that place offers the version");
        }
      }
    }
  }));
});
