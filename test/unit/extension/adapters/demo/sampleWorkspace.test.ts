import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { PROJECT, SALES, TEST, FIX, bugText } from "../../../../../src/extension/adapters/demo/answers";
import {
  BUG,
  FIXED_FUNCTION,
  NEW_TEST,
  REPORT,
  SAMPLE_FILES,
  bugIn,
  isSampleText,
} from "../../../../../src/extension/adapters/demo/sample";
import { tour } from "../../../../../src/extension/adapters/demo/tour";

const SAMPLE = path.resolve("test/fixtures/sample-workspace");

interface Item {
  readonly tea: string;
  readonly price: number;
  readonly quantity: number;
}

/** The sample's cart and money, imported as they are: Node strips their types. */
interface Cart {
  offerDiscount(cart: readonly Item[]): number;
  total(cart: readonly Item[]): number;
  formatPrice(amount: number): string;
}

describe("the demo's answers are true of the sample workspace", function () {
  this.timeout(20_000); // three runs of `npm test` are in it
  let folder = "";

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "cairn-sample-"));
    await cp(SAMPLE, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("names every file that is there, and no other", async () => {
    const entries = await readdir(SAMPLE, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const paths = files.map((entry) => path.relative(SAMPLE, path.join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
    assert.deepEqual(paths.sort(), SAMPLE_FILES.map((file) => file.path).sort());
    const named = [...tour().matchAll(/`([\w/]+\.(?:ts|js|py|csv|md|json))`/g)].map((match) => match[1]);
    assert.deepEqual(named.filter((name) => !paths.includes(name ?? "")), []);
  });

  it("finds each part of a file in that file, once", async () => {
    for (const file of SAMPLE_FILES) {
      const code = await readFile(path.join(SAMPLE, file.path), "utf8");
      assert.ok(isSampleText(code), file.path);
      for (const part of file.parts) {
        assert.match(code, part.marker, `${file.path}: ${part.name}`);
        assert.equal(code.match(new RegExp(`(function|const|def|interface|type) ${part.name}\\b`, "g"))?.length, 1, part.name);
      }
    }
  });

  it("quotes the wrong line where it is", async () => {
    const code = await readFile(path.join(SAMPLE, BUG.path), "utf8");
    assert.equal(code.split("\n")[BUG.lineNumber - 1]?.trim(), BUG.code);
    assert.equal(bugIn(code), "there");
  });

  it("says what the wrong line does to a cart, and its fix makes that right", async () => {
    const rows = [...bugText().matchAll(/^\| (\d[^|]*) \| ([^|]*) \| ([^|]*) \|$/gm)].map(
      ([, prices = "", wrong = "", right = ""]) => ({
        cart: prices.split(", ").map((price) => ({ tea: price, price: cents(price), quantity: 1 })),
        wrong: cents(wrong),
        right: cents(right),
      }),
    );
    assert.equal(rows.length, 3);
    const before = await importCart(folder);
    assert.deepEqual(rows.map((row) => before.offerDiscount(row.cart)), rows.map((row) => row.wrong));
    const second = rows[1]?.cart ?? [];
    assert.equal(before.formatPrice(before.total(second)), "17.40 €");

    await applyFix(folder);
    const after = await importCart(folder);
    assert.deepEqual(rows.map((row) => after.offerDiscount(row.cart)), rows.map((row) => row.right));
    assert.equal(after.formatPrice(after.total(second)), "24.90 €");
    assert.match(bugText(), /pays 17\.40 € with shipping instead of 24\.90 €/);
    assert.equal(bugIn(await readFile(path.join(folder, BUG.path), "utf8")), "gone");
  });

  it("is right about money and the price rules", async () => {
    const { formatPrice, offerDiscount, total } = await importCart(folder);
    assert.deepEqual([formatPrice(1250), formatPrice(-450)], ["12.50 €", "-4.50 €"]);
    const packets = (price: number, quantity: number) => [{ tea: "Assam", price, quantity }];
    assert.deepEqual([offerDiscount(packets(500, 2)), offerDiscount(packets(500, 3))], [0, 500]);
    assert.deepEqual([total([]), total(packets(2999, 1)), total(packets(3000, 1)), total(packets(800, 4))], [0, 3389, 3000, 2790]);
  });

  it("all five tests pass, the new one fails, and with the fix all six pass", async () => {
    assert.match(PROJECT, /All five tests pass/);
    assert.deepEqual(await runTests(folder), { passed: 5, failed: 0, output: "" });
    const file = path.join(folder, "test/cart.test.js");
    await writeFile(file, `${await readFile(file, "utf8")}\n${codeBlock(TEST, "js")}\n`);
    const broken = await runTests(folder);
    assert.deepEqual([broken.passed, broken.failed], [5, 1]);
    assert.match(TEST, /fails with `1200 !== 450`/);
    assert.match(broken.output, /1200 !== 450/);
    await applyFix(folder);
    assert.deepEqual(await runTests(folder), { passed: 6, failed: 0, output: "" });
  }).slow(2000);

  it("prints the report that the sales answer shows (where Python is installed)", async function () {
    const run = await execute("python3", ["tools/daily_sales.py", "tools/orders.csv"], folder);
    if (run.code === "ENOENT") return this.skip();
    assert.equal(run.stdout.trimEnd(), REPORT);
    assert.ok(SALES.includes(REPORT));
  }).slow(500);
});

/** Puts the function of the fix answer in the place of the one of that name. */
async function applyFix(folder: string): Promise<void> {
  assert.equal(codeBlock(FIX, "ts"), FIXED_FUNCTION);
  const file = path.join(folder, BUG.path);
  const code = await readFile(file, "utf8");
  const fixed = code.replace(/\/\*\* Three for two[^\n]*\nexport function offerDiscount[\s\S]*?\n\}/, () => codeBlock(FIX, "ts"));
  assert.notEqual(fixed, code);
  await writeFile(file, fixed);
}

function codeBlock(markdown: string, language: string): string {
  const code = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\\n\`\`\``).exec(markdown)?.[1];
  assert.ok(code !== undefined, `no ${language} block`);
  if (language === "js") assert.equal(code, NEW_TEST);
  return code;
}

let imports = 0;

async function importCart(folder: string): Promise<Cart> {
  imports += 1; // Node keeps a module for its URL, so that a changed file needs another one
  const load = async (file: string) => import(`${pathToFileURL(path.join(folder, "src", file)).href}?${imports}`) as Promise<Cart>;
  return { ...(await load("money.ts")), ...(await load("cart.ts")) };
}

async function runTests(folder: string): Promise<{ passed: number; failed: number; output: string }> {
  const { stdout } = await execute(process.execPath, ["--test", "--test-reporter=tap"], folder);
  const count = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(stdout)?.[1]);
  return { passed: count("pass"), failed: count("fail"), output: count("fail") === 0 ? "" : stdout };
}

function execute(command: string, args: readonly string[], cwd: string): Promise<{ stdout: string; code: unknown }> {
  // A test runner inside a test runner reports to its parent unless this is gone.
  const { NODE_TEST_CONTEXT: _context, ...env } = process.env;
  return new Promise((resolve) => {
    execFile(command, args, { cwd, env }, (error, stdout) => resolve({ stdout, code: error?.code }));
  });
}

function cents(price: string): number {
  return Math.round(Number(/\d+\.\d\d/.exec(price)?.[0]) * 100);
}
