import { build } from "esbuild";
import path from "node:path";

/** Bundles an entry of the sources, or code that imports from the project's root, for a process or thread of its own. */
export async function bundleForNode(source: { readonly entry: string } | { readonly code: string }, outfile: string): Promise<void> {
  await build({
    ...("entry" in source ? { entryPoints: [source.entry] } : { stdin: { contents: source.code, resolveDir: process.cwd(), loader: "ts" as const } }),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["vscode"],
    outfile: path.resolve(outfile),
    logLevel: "error",
  });
}
