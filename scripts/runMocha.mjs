// Runs bundled mocha tests: `node scripts/runMocha.mjs <folder> [--timeout ms] [--reporter name]`.
// CAIRN_TEST_GREP chooses tests by name; the counts go to the file that CAIRN_TEST_RESULT names.
import { globSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import Mocha from "mocha";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { timeout: { type: "string", default: "2000" }, reporter: { type: "string", default: "spec" } },
});
const files = positionals.flatMap((folder) => globSync(`${folder}/**/*.test.js`)).sort();
const grep = process.env["CAIRN_TEST_GREP"];
// A forgotten `.only` would quietly leave all other tests out.
const mocha = new Mocha({ timeout: Number(values.timeout), reporter: values.reporter, forbidOnly: true, ...(grep ? { grep } : {}) });
for (const file of files) mocha.addFile(path.resolve(file));
await mocha.loadFilesAsync();

/** @type {string[]} */
const failures = [];
const runner = mocha.run((failed) => {
  if (files.length === 0) console.error(`No tests were found in ${positionals.join(", ")}.`);
  const count = failed + (files.length === 0 ? 1 : 0);
  const resultFile = process.env["CAIRN_TEST_RESULT"];
  if (resultFile) writeFileSync(resultFile, JSON.stringify({ passed: runner.stats?.passes ?? 0, failed: count, skipped: runner.stats?.pending ?? 0, failures }));
  // What a test left running (a browser, a timer) must not keep the run from ending.
  process.exit(count > 0 ? 1 : 0);
});
runner.on("fail", (test, error) => failures.push(`${test.fullTitle()}: ${String(error?.message ?? error).slice(0, 600)}`));
