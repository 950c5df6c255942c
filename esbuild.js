// Builds dist/ (the product) and, with --tests, out/ (test bundles). Flags: --production, --watch, --tests.
const { build, context } = require("esbuild");
const { cpSync, globSync, mkdirSync, rmSync, writeFileSync } = require("node:fs");
const path = require("node:path");

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const tests = process.argv.includes("--tests");

/** Bundles of the host that load at first use: a dynamic import of one stays a require of its own file. The panel's is imported likewise. */
const LAZY = { chat: "src/extension/composeChat.ts", claude: "src/extension/adapters/claude.ts", demo: "src/extension/adapters/demo/index.ts" };
/** What runs in threads of its own, for windows and the headless command alike. */
const THREADS = { storeWorker: "src/extension/adapters/storeWorker.ts", searchWorker: "src/extension/adapters/searchWorker.ts" };
const LAZY_IN_COMMAND = { cliData: "src/extension/cli/data.ts" };
const LAZY_IN_PANEL = { highlight: "src/webview/highlight/highlighter.ts" };

const lazyBundles = (files) => ({
  name: "lazy-bundles",
  setup(pluginBuild) {
    pluginBuild.onResolve({ filter: /^\./ }, (args) => {
      if (args.kind !== "dynamic-import") return undefined;
      const file = path.resolve(args.resolveDir, args.path);
      const name = Object.keys(files).find((key) => {
        const entry = path.resolve(files[key]).replace(/\.ts$/, "");
        return file === entry || file === entry.replace(/\/index$/, "");
      });
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
});

const shared = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  metafile: true,
  legalComments: "none", // dist/THIRD-PARTY-NOTICES.txt has them all
  // The other half of it reads files, which core must not be able to.
  alias: { "@vscode/l10n": "@vscode/l10n/dist/browser.js" },
  logLevel: "warning",
  define: { "process.env.NODE_ENV": production ? '"production"' : '"development"' },
};

const node = { ...shared, platform: "node", format: "cjs", external: ["vscode"], plugins: [lazyBundles(LAZY)] };

/** The headless command and all that it needs, on the oldest Node that it names. It has no editor: `vscode` is not to be found. */
const commandLine = (outdir) => {
  const command = { ...node, target: "node20", external: [], plugins: [lazyBundles(LAZY_IN_COMMAND)], outdir };
  return [
    { ...command, entryPoints: { cli: "src/extension/cli.ts" }, banner: { js: "#!/usr/bin/env node" } },
    { ...command, entryPoints: { ...LAZY_IN_COMMAND, ...THREADS } },
  ];
};

const products = [
  { ...node, target: "node22", entryPoints: { extension: "src/extension/extension.ts", ...LAZY }, outdir: "dist" },
  ...commandLine("dist"),
  {
    ...shared,
    platform: "browser",
    format: "esm",
    target: "es2022",
    entryPoints: { webview: "src/webview/main.tsx", storage: "src/webview/storage/main.tsx", usage: "src/webview/usage/main.tsx", ...LAZY_IN_PANEL },
    plugins: [lazyBundles(LAZY_IN_PANEL)],
    outdir: "dist",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".ttf": "file" },
    assetNames: "[name]",
  },
];

function testBundles() {
  const files = globSync("test/{unit,integration,e2e,bench}/**/*.{test,bench}.{ts,tsx}").concat("test/integration/index.ts", globSync("test/{bench,torture}/main.ts"), globSync("test/torture/child.ts"));
  return {
    ...shared,
    minify: false,
    sourcemap: "linked",
    platform: "node",
    format: "cjs",
    target: "node22",
    entryPoints: files,
    outdir: "out/test",
    outbase: "test",
    packages: "external",
    alias: {},
    jsx: "automatic",
    jsxImportSource: "preact",
  };
}

async function copyAssets() {
  copyEngine("dist");
  const { buildWasm } = await import("./scripts/buildWasm.mjs");
  await buildWasm({ outDir: "dist/wasm" });
}

/** The headless command in a folder of its own, as it is packaged; for tests. Gives the files that it is made of. */
async function buildCommand(outdir) {
  const builds = await Promise.all(commandLine(outdir).map((options) => build({ ...options, sourcemap: false })));
  copyEngine(outdir);
  return builds.flatMap(({ metafile }) => Object.keys(metafile.inputs));
}

function copyEngine(outdir) {
  mkdirSync(outdir, { recursive: true });
  cpSync("node_modules/sql.js/dist/sql-wasm.wasm", path.join(outdir, "sql-wasm.wasm"));
}

async function main() {
  if (tests) {
    rmSync("out/test", { recursive: true, force: true });
    await build(testBundles());
    return;
  }
  if (production) rmSync("dist", { recursive: true, force: true });
  await copyAssets();
  if (watch) for (const options of products) await (await context(options)).watch();
  else {
    const builds = [];
    for (const options of products) builds.push(await build(options));
    const { makeNotices } = await import("./scripts/notices.mjs");
    writeFileSync("dist/THIRD-PARTY-NOTICES.txt", makeNotices(builds.map(({ metafile }) => metafile)));
  }
}

module.exports = { buildCommand };

if (require.main === module) {
  main().catch((error) => {
    console.error(error.message);
    process.exit(1);
  });
}
