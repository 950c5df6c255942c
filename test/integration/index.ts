// What VS Code loads inside the extension host: mocha over the integration tests that stand beside this bundle.
import { globSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";
import { version } from "vscode";

/**
 * Runs all integration tests; CAIRN_TEST_GREP chooses some by name. The counts go to the file that CAIRN_TEST_RESULT names.
 * Rejects when a test failed or there was none.
 */
export async function run(): Promise<void> {
  // scripts/integration.mjs shows the console from this line on.
  console.log(`Integration tests in VS Code ${version}, Node ${process.versions.node}`);
  const files = globSync("**/*.test.js", { cwd: __dirname }).sort();
  const grep = process.env["CAIRN_TEST_GREP"];
  const mocha = new Mocha({ timeout: 20_000, reporter: "spec", forbidOnly: true, color: false, ...(grep ? { grep } : {}) });
  for (const file of files) mocha.addFile(join(__dirname, file));

  const failures: string[] = [];
  const counts = await new Promise<{ passed: number; failed: number; skipped: number }>((resolve) => {
    const runner = mocha.run((failed) => resolve({ passed: runner.stats?.passes ?? 0, failed, skipped: runner.stats?.pending ?? 0 }));
    runner.on("fail", (test, error: unknown) => failures.push(`${test.fullTitle()}: ${String(error).slice(0, 600)}`));
  });
  const failed = counts.failed + (files.length === 0 ? 1 : 0);
  const resultFile = process.env["CAIRN_TEST_RESULT"];
  if (resultFile) writeFileSync(resultFile, JSON.stringify({ ...counts, failed, failures }));
  if (failed > 0) throw new Error(files.length === 0 ? `No integration tests were found in ${__dirname}.` : `${failed} integration tests failed.`);
}
