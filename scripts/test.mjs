// `npm test`: every check in order, closing with one line `N passed, N failed`.
// `npm test -- unit e2e --grep text` runs those stages alone, of their tests those that match; with --pictures the end-to-end
// run takes the pictures of the README.
import "./node24.mjs";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { nodeBinary, root } from "./places.mjs";
import { run } from "./processes.mjs";

/**
 * `needs` names builds that must have succeeded. A stage that is no set of tests counts only when it fails.
 * @typedef {{ name: string, args: readonly string[], limitSeconds: number, hasTests?: boolean, takesGrep?: boolean, needs?: readonly string[] }} Stage
 */

/** @type {readonly Stage[]} */
const STAGES = [
  { name: "check", args: ["scripts/check.mjs"], limitSeconds: 240, hasTests: true },
  { name: "build tests", args: ["esbuild.js", "--tests"], limitSeconds: 60 },
  { name: "build", args: ["esbuild.js", "--production"], limitSeconds: 60 },
  { name: "unit", args: ["scripts/runMocha.mjs", "out/test/unit", "--reporter", "dot"], limitSeconds: 300, hasTests: true, takesGrep: true, needs: ["build tests"] },
  { name: "integration", args: ["scripts/integration.mjs"], limitSeconds: 240, hasTests: true, takesGrep: true, needs: ["build tests", "build"] },
  { name: "package", args: ["scripts/package.mjs"], limitSeconds: 60, needs: ["build"] },
  { name: "e2e", args: ["scripts/runMocha.mjs", "out/test/e2e", "--timeout", "60000"], limitSeconds: 900, hasTests: true, takesGrep: true, needs: ["build tests", "package"] },
];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { grep: { type: "string" }, pictures: { type: "boolean", default: false } } });
const unknown = positionals.filter((name) => !STAGES.some((stage) => stage.hasTests && stage.name === name));
if (unknown.length > 0) {
  console.error(`There is no stage "${unknown.join('", "')}". Stages: ${STAGES.filter((stage) => stage.hasTests).map((stage) => stage.name).join(", ")}.`);
  process.exit(2);
}

const resultFile = path.join(root, "out", "result.json");
mkdirSync(path.dirname(resultFile), { recursive: true });
const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const summary = [];
/** Told again at the end, where a log that is kept in part still has them. @type {string[]} */
const failures = [];
/** @type {Set<string>} */
const broken = new Set();

for (const stage of STAGES.filter(isWanted)) {
  const missing = (stage.needs ?? []).find((name) => broken.has(name));
  const started = Date.now();
  const counts = missing === undefined ? await runStage(stage) : { passed: 0, failed: 1, skipped: 0, failures: [], note: `not run: "${missing}" failed` };
  if (counts.failed > 0) broken.add(stage.name);
  for (const key of /** @type {const} */ (["passed", "failed", "skipped"])) total[key] += counts[key];
  failures.push(...(counts.failures ?? []).map((failure) => `${stage.name}: ${failure}`));
  const seconds = ((Date.now() - started) / 1000).toFixed(1).padStart(6);
  const outcome = stage.hasTests || counts.failed > 0 ? `${counts.passed} passed, ${counts.failed} failed` : "done";
  summary.push(`${seconds} s  ${stage.name.padEnd(12)} ${outcome}${counts.note ? `  (${counts.note})` : ""}`);
}

for (const failure of failures) console.log(`\nfailed in ${failure}`);
console.log(`\n${summary.join("\n")}`);
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exit(total.failed > 0 ? 1 : 0);

/** @param {Stage} stage */
function isWanted(stage) {
  if (positionals.length === 0) return true;
  if (stage.hasTests) return positionals.includes(stage.name);
  return STAGES.some((other) => positionals.includes(other.name) && neededBy(other).has(stage.name));
}

/**
 * All that a stage needs, and what those need in turn.
 * @param {Stage} stage
 * @returns {Set<string>}
 */
function neededBy(stage) {
  const names = stage.needs ?? [];
  return new Set([...names, ...STAGES.filter((other) => names.includes(other.name)).flatMap((other) => [...neededBy(other)])]);
}

/**
 * @param {Stage} stage
 * @returns {Promise<{ passed: number, failed: number, skipped: number, note?: string, failures?: readonly string[] }>}
 */
async function runStage(stage) {
  console.log(`\n── ${stage.name}`);
  rmSync(resultFile, { force: true });
  const grep = stage.takesGrep && values.grep ? values.grep : undefined;
  const env = { ...process.env, CAIRN_TEST_RESULT: resultFile, ...(grep ? { CAIRN_TEST_GREP: grep } : {}), ...(values.pictures ? { CAIRN_PICTURES: "1" } : {}) };
  const code = await run(nodeBinary, stage.args, { cwd: root, env, timeoutMs: stage.limitSeconds * 1000 });
  const counts = existsSync(resultFile) ? JSON.parse(readFileSync(resultFile, "utf8")) : { passed: 0, failed: 0, skipped: 0 };
  if (code === "timeout") return { ...counts, failed: counts.failed + 1, note: `ended: it took longer than ${stage.limitSeconds} s` };
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, note: `ended with code ${code}` };
  if (stage.hasTests && !existsSync(resultFile)) return { ...counts, failed: 1, note: "left no counts" };
  return counts;
}
