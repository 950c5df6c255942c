// `npm run bench`: builds and packages what ships, then measures it against its budgets. Exit code 1 when one is missed.
import "./node24.mjs";
import { nodeBinary } from "./places.mjs";
import { run } from "./processes.mjs";

for (const args of [["esbuild.js", "--production"], ["scripts/package.mjs"], ["esbuild.js", "--tests"], ["out/test/bench/main.js"]]) {
  const code = await run(nodeBinary, args, { stdio: ["ignore", args[0] === "scripts/package.mjs" ? "ignore" : "inherit", "inherit"], timeoutMs: 600_000 });
  if (code !== 0) process.exit(code === "timeout" ? 1 : code);
}
