import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { desktopFolder, findFolder } from "../../../../src/extension/cli/folder";
import { createTemporaryFolder } from "../adapters/temporaryFolder";

const exitCodeOf = (code: 1 | 2, message: RegExp) => (error: unknown): boolean => error instanceof Error && "exitCode" in error && error.exitCode === code && message.test(error.message);

describe("the data folder of the command line", () => {
  let folder: string;
  let remove: () => Promise<void>;

  beforeEach(async () => ({ folder, remove } = await createTemporaryFolder()));
  afterEach(() => remove());

  it("is where desktop VS Code keeps it, on each system", () => {
    const cases: readonly (readonly [NodeJS.Platform, string, Readonly<Record<string, string>>, string])[] = [
      ["linux", "/home/kim", {}, "/home/kim/.config/Code/User/globalStorage/cairn.cairn"],
      ["linux", "/home/kim", { XDG_CONFIG_HOME: "/etc/kim" }, "/etc/kim/Code/User/globalStorage/cairn.cairn"],
      ["darwin", "/Users/kim", {}, "/Users/kim/Library/Application Support/Code/User/globalStorage/cairn.cairn"],
      ["win32", "C:\\Users\\kim", { APPDATA: "C:\\Users\\kim\\AppData\\Roaming" }, "C:\\Users\\kim\\AppData\\Roaming\\Code\\User\\globalStorage\\cairn.cairn"],
      ["win32", "C:\\Users\\kim", {}, "C:\\Users\\kim\\AppData\\Roaming\\Code\\User\\globalStorage\\cairn.cairn"],
      ["linux", "/home/kim", { VSCODE_PORTABLE: "/stick/data" }, "/stick/data/user-data/User/globalStorage/cairn.cairn"],
    ];
    for (const [platform, home, env, expected] of cases) assert.equal(desktopFolder({ platform, home, env }), expected);
  });

  it("is found there when none is named, and asked for when it is not there", async function () {
    if (process.platform !== "linux") return this.skip();
    const env = { XDG_CONFIG_HOME: folder };
    await assert.rejects(findFolder(undefined, env), exitCodeOf(2, /keeps nothing of Cairn in .*Name the data folder with --data DIR/));
    const there = path.join(folder, "Code", "User", "globalStorage", "cairn.cairn");
    await mkdir(there, { recursive: true });
    assert.equal(await findFolder(undefined, env), there);
  });

  it("is taken as it is named, empty or with anything of Cairn's in it", async () => {
    assert.equal(await findFolder(folder, {}), folder);
    assert.equal(await findFolder(path.relative(process.cwd(), folder), {}), folder);
    await writeFile(path.join(folder, ".DS_Store"), "");
    assert.equal(await findFolder(folder, {}), folder);
    await writeFile(path.join(folder, "notes.txt"), "");
    await mkdir(path.join(folder, "chats"));
    assert.equal(await findFolder(folder, {}), folder);
  });

  it("is none where there is nothing, a file, or somebody else's things; and nothing is left there", async () => {
    await assert.rejects(findFolder(path.join(folder, "none"), {}), exitCodeOf(1, /There is no folder .*none/));
    await writeFile(path.join(folder, "notes.txt"), "");
    await assert.rejects(findFolder(path.join(folder, "notes.txt"), {}), exitCodeOf(1, /notes\.txt is no folder/));
    await assert.rejects(findFolder(folder, {}), exitCodeOf(1, /holds other things/));
    assert.deepEqual(await readdir(folder), ["notes.txt"]);
  });
});
