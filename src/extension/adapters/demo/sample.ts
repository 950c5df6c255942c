/** What the scripted answers know about the sample workspace; a test holds it to the files themselves. */

/** A part of a sample file: how to tell that some code contains it, and what it does. */
export interface Part {
  readonly name: string;
  readonly marker: RegExp;
  readonly does: string;
}

/** A sample file: its path in the workspace, what it holds, and its parts in order. */
export interface SampleFile {
  readonly path: string;
  readonly holds: string;
  readonly parts: readonly Part[];
}

/** The line of the sample that is wrong. */
export const BUG = {
  path: "src/cart.ts",
  lineNumber: 30,
  code: "const [cheapest = 0] = prices.sort();",
} as const;

/** The function that the wrong line is in, put right. */
export const FIXED_FUNCTION = `/** Three for two: with three packets or more, the cheapest one is free. */
export function offerDiscount(cart: readonly Item[]): Cents {
  const prices = cart.flatMap((item) => Array<Cents>(item.quantity).fill(item.price));
  if (prices.length < OFFER_FROM_PACKETS) return 0;
  return Math.min(...prices);
}`;

/** A test for `test/cart.test.js` that fails on the wrong line and passes on the fixed function. */
export const NEW_TEST = `test("three for two: the cheapest packet is free beside one of 10.00 or more", () => {
  const gyokuro = { tea: "Gyokuro", price: 1200, quantity: 1 };
  assert.equal(offerDiscount([sencha, darjeeling, gyokuro]), 450);
});`;

/** What `tools/daily_sales.py` prints for `tools/orders.csv`. */
export const REPORT = `Darjeeling      36.00
Sencha          31.50
Assam           26.00
Gyokuro         24.00`;

/** Whether some code has the function in question, with its wrong line or without. */
export function bugIn(code: string): "there" | "gone" | "unknown" {
  if (code.includes(BUG.code)) return "there";
  return /function offerDiscount\b[\s\S]*?\n\}/.test(code) ? "gone" : "unknown";
}

/** Whether a whole file may be the sample's: each of its files has one of these words, other projects' READMEs don't. */
export function isSampleText(code: string): boolean {
  return /tea.counter|\bCents\b|offerDiscount|price_cents/i.test(code);
}

export const SAMPLE_FILES: readonly SampleFile[] = [
  file(
    "src/cart.ts",
    "the cart, a plain list of items. Every function takes one and none changes it in place",
    part("Item", /interface Item\b|readonly (tea|quantity)\b/, "is a line of the cart: a tea, the price of one packet in cents, how many packets"),
    part("OFFER_FROM_PACKETS", /const (OFFER_FROM|SHIPPING|FREE_SHIPPING)/, "and the two constants below it are the price rules' numbers: 3 packets, 3.90 €, 30.00 €"),
    part("addItem", /function addItem\b|\bisSame\b/, "returns a new cart; more of the same tea at the same price joins its line"),
    part("subtotal", /function subtotal\b|\.reduce\(/, "adds up price times quantity, before any offer"),
    part("offerDiscount", /function offerDiscount\b|\bprices\b|\bcheapest\b/, "writes out a price for each packet and returns 0 for fewer than three; otherwise it is meant to return the lowest"),
    part("shipping", /function shipping\b|>= FREE_SHIPPING/, "is 3.90 €, but nothing for an empty cart or from 30.00 € on, counted after the offer"),
    part("total", /function total\b|\+ shipping\(cart\)/, "is what the customer pays: packets, minus offer, plus shipping"),
    part("receipt", /function receipt\b|`Total /, "writes a line for each item, then the offer as a negative amount, shipping and total"),
  ),
  file(
    "src/money.ts",
    "money in whole cents",
    part("Cents", /type Cents\b/, "is a number of whole cents, so that sums stay exact"),
    part("formatPrice", /function formatPrice\b|\bpadStart\b|\beuros\b/, "turns cents into text: 1250 becomes `12.50 €`, and -450 becomes `-4.50 €`"),
  ),
  file("test/cart.test.js", "five tests of the cart for the test runner that comes with Node. Every price in them has three digits"),
  file(
    "tools/daily_sales.py",
    "a sales report in Python. It reads a CSV file with the columns `tea`, `price_cents` and `packets`",
    part("revenue_by_tea", /def revenue_by_tea\b|\brevenue\[|Counter\(\)/, "adds up price times packets for each tea in a `Counter`, in whole cents"),
    part("main", /def main\b|most_common|DictReader/, "reads the file and prints the teas by what they brought in, best first"),
  ),
  file("tools/orders.csv", "six orders for the sales report"),
  file("README.md", "the description: what is where, the price rules, how to run it all"),
  file("AGENTS.md", "the two house rules for whoever changes the code"),
  file("package.json", "the package's name and its one script, `npm test`; there are no dependencies"),
];

function file(path: string, holds: string, ...parts: readonly Part[]): SampleFile {
  return { path, holds, parts };
}

function part(name: string, marker: RegExp, does: string): Part {
  return { name, marker, does };
}
