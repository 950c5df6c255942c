import { BUG, FIXED_FUNCTION, NEW_TEST, REPORT, bugIn } from "./sample";
import type { Attachment, Turn } from "./turn";

/** Opens the first answer of every conversation. */
export const INTRODUCTION =
  "I'm the demo model: my answers were written in advance about the sample workspace, and nothing you type here reaches Claude.";

/** What the project is. */
export const PROJECT = `## Tea counter

This is the till of a small tea shop, in two halves that share no code:

| Where | What it does |
| --- | --- |
| \`src/cart.ts\` | items, the three-for-two offer, shipping, total, receipt |
| \`src/money.ts\` | amounts in whole cents, and how to write them |
| \`test/cart.test.js\` | five tests of the cart |
| \`tools/daily_sales.py\` | adds up \`tools/orders.csv\` for each tea |

Its price rules are in \`README.md\`:

1. With three packets or more, the cheapest is free.
2. Shipping costs 3.90 €, and nothing from 30.00 € on, counted after that offer.

All five tests pass with \`npm test\`, and yet the first rule is broken.`;

/** The follow-up questions that an answer ends with. */
export const ASK_BUG = "\n\nAsk me to *find the bug*.";
const ASK_TEST = "\n\nAsk me to *write a test*.";

/** Where the bug is and why. */
export function bugText(where = `\`${BUG.path}\`, line ${BUG.lineNumber}`): string {
  return `## Three for two gives away the wrong packet

The bug is in ${where}:

${fence("ts", BUG.code)}

Without a comparison function, \`sort()\` compares numbers as text, and as text \`"1200"\` comes before \`"450"\`. While all prices have the same number of digits, the order happens to be right; one packet from 10.00 € on can break it:

| Packets in the cart | Free now | Should be free |
| --- | --- | --- |
| 4.50, 5.20, 9.00 | 4.50 € | 4.50 € |
| 4.50, 9.00, 12.00 | **12.00 €** | 4.50 € |
| 9.00, 9.00, 36.00 | **36.00 €** | 9.00 € |

The second customer pays 17.40 € with shipping instead of 24.90 €. The tests don't see it: every price in them has three digits.`;
}

/** Where the bug is and why; says so when the code that was sent no longer has it. */
export function bugAnswer(turn: Turn): string {
  const sent = sentCart(turn);
  if (sent && bugIn(sent.code) === "gone") return alreadyFixed(sent);
  return `${aside(turn)}${bugText(sent && placeIn(sent))}\n\nAsk me to *fix it*.`;
}

/** The corrected function, as a code block that replaces the old one. */
export const FIX = `## Compare prices as numbers

In \`${BUG.path}\`, replace \`offerDiscount\` with this:

${fence("ts", FIXED_FUNCTION)}

- \`Math.min\` compares numbers as numbers and says what the rule says.
- \`shipping\`, \`total\` and \`receipt\` call this function: they are right with it and stay as they are.`;

/** The fix; says so when the code that was sent has it already. */
export function fixAnswer(turn: Turn, system: string): string {
  const sent = sentCart(turn);
  if (sent && bugIn(sent.code) === "gone") return alreadyFixed(sent);
  const rule = hasHouseRules(system) ? "\n\nThe second rule in your `AGENTS.md` wants a test with it." : "";
  return `${aside(turn)}${FIX}${rule}${ASK_TEST}`;
}

/** A test that fails before the fix and passes after it. */
export const TEST = `## A test for three for two

Add this at the end of \`test/cart.test.js\`, which has the imports and the other two teas already:

${fence("js", NEW_TEST)}

The cart in it mixes prices of three and four digits. Run it with \`npm test\`: as long as \`offerDiscount\` calls a bare \`sort()\`, the test fails with \`1200 !== 450\`; with the fix all six pass.`;

/** What the Python report does and prints. */
export const SALES = `## The sales report

\`tools/daily_sales.py\` adds up price times packets for each tea and prints the best first:

${fence("sh", "python3 tools/daily_sales.py tools/orders.csv")}

${fence("text", REPORT)}

It keeps to whole cents: \`cents // 100\` and \`cents % 100\` give the decimals without a floating-point number.`;

/** What came along as instructions. */
export function rulesAnswer(system: string): string {
  if (!hasHouseRules(system)) return "The sample's house rules, which are in `AGENTS.md`, did not come with this question.";
  return `Your \`AGENTS.md\` came with this question. It has two house rules:

1. Money is whole cents everywhere, and only \`formatPrice\` turns an amount into text.
2. No price rule changes without a test in \`test/cart.test.js\` that names the rule.`;
}

/** The answer when nothing was written for a question. */
export const HELP = `There is no scripted answer to that. These work, best with the sample's \`src/cart.ts\` open:

- *What does this project do?*
- *Explain this file*, or select some lines and *explain this*
- *Find the bug*, *fix it*, *write a test*
- *Which house rules did you get?*
- *Give me the tour*, a long answer to try **Stop** on

For real answers about your own code, run **Cairn: Set API Key** from the Command Palette and choose a Claude model.`;

/** A fenced code block. */
export function fence(language: string, code: string): string {
  return `\`\`\`${language}\n${code}\n\`\`\``;
}

/** Whether the sample's house rules are among the instructions of a request. */
function hasHouseRules(system: string): boolean {
  return system.includes("Money is whole cents");
}

function sentCart(turn: Turn): Attachment | undefined {
  return turn.attachments.find((attachment) => bugIn(attachment.code) !== "unknown");
}

function placeIn(attachment: Attachment): string {
  const index = attachment.code.split("\n").findIndex((line) => line.includes(BUG.code));
  return `the \`${attachment.path}\` you sent, line ${(attachment.lines?.[0] ?? 1) + index}`;
}

function alreadyFixed(attachment: Attachment): string {
  return `The one bug I know of is not in the \`${attachment.path}\` you sent: its \`offerDiscount\` has no bare \`prices.sort()\`. Whether it is right now, a test can tell.${ASK_TEST}`;
}

/** Says that nothing is known about a file that was sent, before speaking of the sample instead. */
function aside(turn: Turn): string {
  const [sent] = turn.attachments;
  if (!sent || sentCart(turn)) return "";
  return `I can't judge \`${sent.path}\`: the one bug I know of is elsewhere in the sample workspace.\n\n`;
}
