// `npm run torture`: kills writing processes, lets many write at once, damages files, and counts what was lost. Exit code 1 on any
// miss. `--kills 50 --writers 4 --turns 10 --damages 100` makes a smaller run, 0 leaves a part out; CAIRN_SEED=<seed> repeats one.
import "./node24.mjs";
import { nodeBinary } from "./places.mjs";
import { run } from "./processes.mjs";

for (const args of [["esbuild.js", "--tests"], ["out/test/torture/main.js", ...process.argv.slice(2)]]) {
  const code = await run(nodeBinary, args, { timeoutMs: 1_800_000 });
  if (code !== 0) process.exit(code === "timeout" ? 1 : code);
}
