// Compiles every folder under wasm/ with AssemblyScript: wasm/vector → <outDir>/vector.wasm. Used by esbuild.js, and by
// itself: node scripts/buildWasm.mjs
import { existsSync, globSync, mkdirSync, readdirSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./places.mjs";

/**
 * Writes one .wasm per folder of wasm/ and prints each size. What is newer than all it is made from is left alone.
 * Throws with the compiler's own messages when a folder does not compile.
 * @param {{ readonly outDir: string }} options
 */
export async function buildWasm({ outDir }) {
  const folder = path.join(root, "wasm");
  mkdirSync(outDir, { recursive: true });
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const source = path.join(folder, entry.name);
    const target = path.join(outDir, `${entry.name}.wasm`);
    const isFresh = isUpToDate(source, target);
    if (!isFresh) replaceFile(target, await compile(source));
    console.log(`wasm: ${entry.name} ${statSync(target).size} bytes${isFresh ? " (up to date)" : ""}`);
  }
}

/**
 * @param {string} source
 * @param {string} target
 */
function isUpToDate(source, target) {
  if (!existsSync(target)) return false;
  const inputs = globSync("**/*.{ts,json}", { cwd: source }).map((name) => path.join(source, name));
  // Another compiler, or other ways of calling it, may make another module.
  inputs.push(path.join(root, "node_modules", "assemblyscript", "package.json"), path.join(root, "scripts", "buildWasm.mjs"));
  const madeAt = statSync(target).mtimeMs;
  return inputs.every((input) => statSync(input).mtimeMs < madeAt);
}

/**
 * @param {string} source
 * @returns {Promise<Uint8Array>}
 */
async function compile(source) {
  // Here, not at the top: the compiler takes a second to load and most builds do not need it.
  const { default: asc } = await import("assemblyscript/asc");
  const config = path.join(source, "asconfig.json");
  const messages = asc.createMemoryStream();
  /** @type {Uint8Array | undefined} */
  let wasm;
  const { error } = await asc.main(["--config", path.relative(root, config), "--baseDir", root, "--outFile", "module.wasm", "--noColors"], {
    stdout: messages,
    stderr: messages,
    writeFile: (_name, contents) => {
      wasm = typeof contents === "string" ? undefined : contents;
    },
  });
  const text = messages.toString().trim();
  if (error || !wasm) throw new Error(`AssemblyScript could not compile ${config}: correct what it reports and build again.\n${text || error?.message}`);
  if (text) console.warn(text);
  return wasm;
}

/**
 * Never leaves half a file, which would count as up to date.
 * @param {string} target
 * @param {Uint8Array} bytes
 */
function replaceFile(target, bytes) {
  const draft = `${target}.${process.pid}.draft`;
  writeFileSync(draft, bytes);
  renameSync(draft, target);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await buildWasm({ outDir: path.join(root, "dist", "wasm") });
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
