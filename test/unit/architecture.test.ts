import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { CHAT_VIEW_ID, commandIds, settingDefaults } from "../../src/extension/editor/contributions";

const CORE = path.join("src", "core");

/** Which rooms of core each room may import from; itself always. Siblings do not know each other. */
const BELOW_PORTS = ["base", "protocol", "ports"];
const SIBLINGS = ["edit", "memory", "mcp", "store"];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  protocol: ["base"],
  ports: ["base", "protocol"],
  ...Object.fromEntries(SIBLINGS.map((room) => [room, BELOW_PORTS])),
  agent: [...BELOW_PORTS, ...SIBLINGS],
  chat: [...BELOW_PORTS, ...SIBLINGS, "agent"],
};
/** Packages that core may import: none yet. Each gets a line in an ADR. */
const ALLOWED_PACKAGES: readonly string[] = ["@vscode/l10n"];

/** The room of a file, by its path from core: a folder's name, or `ports` for ports.ts. */
function roomOf(fromCore: string): string {
  const [first = ""] = fromCore.split(path.sep);
  return first.replace(/\.ts$/, "");
}

/** What a file imports, type imports and dynamic ones included. */
function importsOf(text: string): readonly string[] {
  const patterns = [/\bfrom\s*["']([^"'\n]+)["']/g, /\bimport\s*["']([^"'\n]+)["']/g, /\b(?:import|require)\s*\(\s*["']([^"'\n]+)["']/g];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ""));
}

/** Every import that breaks the table, as `file imports what`. */
function breaches(files: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files).flatMap(([file, text]) => {
    const room = roomOf(file);
    return importsOf(text)
      .filter((target) => {
        if (!target.startsWith(".")) return !ALLOWED_PACKAGES.includes(target);
        const inCore = path.normalize(path.join(path.dirname(file), target));
        return inCore.startsWith("..") || (roomOf(inCore) !== room && MAY_IMPORT[room]?.includes(roomOf(inCore)) !== true);
      })
      .map((target) => `${file} imports ${target}`);
  });
}

describe("the rooms of core", () => {
  const files = Object.fromEntries(globSync("**/*.ts", { cwd: CORE }).map((file) => [file, readFileSync(path.join(CORE, file), "utf8")]));

  it("are those of the table", () => {
    const rooms = new Set(Object.keys(files).map(roomOf));
    assert.ok(rooms.size >= 5, "core was not found: run the tests from the project's root");
    assert.deepEqual([...rooms].filter((room) => !Object.hasOwn(MAY_IMPORT, room)), []);
  });

  it("import only what the table allows", () => {
    assert.deepEqual(breaches(files), []);
  });

  it("would be caught at any breach", () => {
    const breach: Readonly<Record<string, string>> = {
      "base/a.ts": `import type { B } from "../protocol/b";`,
      "protocol/a.ts": `export * from '../ports';`,
      "ports.ts": `import { a } from "./store/a";`,
      "store/a.ts": `import {\n  a,\n} from "../memory/a";`,
      "memory/deep/a.ts": `const a = await import("../../edit/a");`,
      "edit/a.ts": `import "../chat/a";`,
      "agent/a.ts": `import { a } from "../chat/a";`,
      "chat/a.ts": `import { a } from "../../extension/a";`,
      "chat/b.ts": `import fs from "node:fs";`,
      "chat/c.ts": `import { a } from "some-package";`,
    };
    assert.equal(breaches(breach).length, Object.keys(breach).length, breaches(breach).join("\n"));
    const fine = { "chat/a.ts": `import { a } from "../store/a"; import { b } from "./b"; import { c } from "../agent/tools/c";`, "store/a.ts": `import type { Db } from "../ports";` };
    assert.deepEqual(breaches(fine), []);
  });
});

interface Manifest {
  readonly engines: { readonly vscode: string };
  readonly activationEvents: readonly string[];
  readonly extensionKind: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string; readonly category: string }[];
    readonly keybindings: readonly { readonly command: string }[];
    readonly menus?: Readonly<Record<string, readonly { readonly command?: string }[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly type: string }[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly configuration: readonly { readonly properties: Readonly<Record<string, { readonly default: unknown; readonly scope?: string; readonly description?: string; readonly markdownDescription?: string }>> }[];
  };
}

describe("package.json", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest; // the fields below are what is tested
  const { contributes } = manifest;
  const settings = Object.assign({}, ...contributes.configuration.map((group) => group.properties)) as (typeof contributes.configuration)[number]["properties"]; // the groups' properties together

  it("contributes the commands that the code registers, and no others", () => {
    assert.deepEqual(contributes.commands.map((item) => item.command).sort(), [...commandIds].sort());
    for (const { category, title } of contributes.commands) assert.ok(category === "Cairn" && title !== "");
  });

  it("says every sentence through package.nls.json, which has no other", () => {
    const words = JSON.parse(readFileSync("package.nls.json", "utf8")) as Readonly<Record<string, string>>;
    const sentences = [...JSON.stringify(manifest).matchAll(/"(?:title|description|markdownDescription|name)":"((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) => text);
    const untranslated = sentences.filter((text) => !text.startsWith("%") && !["cairn", "Cairn"].includes(text));
    assert.deepEqual(untranslated, []);
    assert.deepEqual(sentences.flatMap((text) => /^%(.*)%$/.exec(text)?.[1] ?? []).sort(), Object.keys(words).sort());
  });

  it("binds keys and menus to commands that there are", () => {
    const used = [...contributes.keybindings, ...Object.values(contributes.menus ?? {}).flat()].flatMap((item) => item.command ?? []);
    assert.deepEqual(used.filter((command) => !(commandIds as readonly string[]).includes(command)), []);
    assert.ok(used.includes("cairn.openChat"));
  });

  it("contributes the settings that the code reads, with their defaults, and no others", () => {
    assert.deepEqual(Object.fromEntries(Object.entries(settings).map(([id, { default: value }]) => [id, value])), settingDefaults);
    for (const [id, { description, markdownDescription }] of Object.entries(settings)) assert.ok((description ?? markdownDescription ?? "") !== "", id);
  });

  it("lets no workspace say where the key goes", () => {
    for (const id of ["cairn.baseUrl", "cairn.headers", "cairn.demoModel"]) assert.equal(settings[id]?.scope, "machine", id);
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.filter((id) => !Object.hasOwn(settings, id)), []);
  });

  it("shows the chat in a container of its own in the secondary side bar", () => {
    const containers = (contributes.viewsContainers["secondarySidebar"] ?? []).map((item) => item.id);
    const views = containers.flatMap((id) => contributes.views[id] ?? []);
    assert.deepEqual(views.map(({ id, type }) => [id, type]), [[CHAT_VIEW_ID, "webview"]]);
  });

  it("starts after the editor has, beside the workspace", () => {
    assert.deepEqual([manifest.activationEvents, manifest.extensionKind], [["onStartupFinished"], ["workspace"]]);
  });

  it("has every package of the design, bundled and so none at run time", () => {
    const design = ["@anthropic-ai/sdk", "@types/vscode", "@vscode/test-electron", "@vscode/vsce", "@vscode/webview-ui-toolkit", "assemblyscript", "esbuild", "mocha", "preact", "sql.js"];
    assert.deepEqual(design.filter((name) => !Object.hasOwn(manifest.devDependencies, name)), []);
    assert.deepEqual(Object.keys(manifest.dependencies ?? {}), []);
  });

  it("asks for the release of the editor whose types it is written against", () => {
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies["@types/vscode"]}`);
    const minor = Number(/^\^1\.(\d+)\.0$/.exec(manifest.engines.vscode)?.[1]);
    assert.ok(minor <= 138, manifest.engines.vscode);
  });
});
