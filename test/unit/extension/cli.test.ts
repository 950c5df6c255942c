import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

describe("cairn on the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "cairn-cli-"));
  const file = join(folder, "cli.js");
  const run = (...args: readonly string[]) => spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });

  before(() => {
    buildSync({ entryPoints: ["src/extension/cli.ts"], bundle: true, platform: "node", target: "node20", format: "cjs", outfile: file });
  });
  after(() => rmSync(folder, { recursive: true }));

  it("prints its version", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    assert.deepEqual([run("version").stdout, run("--version").stdout, run("version").status], [`${version}\n`, `${version}\n`, 0]);
  });

  it("explains itself, and ends with 2 when it is misused", () => {
    assert.match(run("help").stdout, /Usage: cairn <command>/);
    assert.deepEqual([run("help").status, run().status, run("nonsense").status], [0, 2, 2]);
    assert.match(run("nonsense").stderr, /unknown command "nonsense"/);
  });
});
