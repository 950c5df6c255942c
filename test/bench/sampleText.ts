import type { Random } from "../support/random";

const WORDS =
  "the cart sums each line before the discount applies and a rounding error hides where money is kept as a float so prefer whole cents store them as integers format late compare totals in one place test the edge cases first then move on".split(" ");

/** A sentence of plain words. */
export function sentence(random: Random, wordCount = random.integer(8, 18)): string {
  const words = Array.from({ length: wordCount }, () => random.pick(WORDS)).join(" ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** One block as answers have them: mostly paragraphs, also headings, lists, code and tables. */
function block(random: Random): string {
  switch (random.integer(0, 9)) {
    case 0:
      return `## ${sentence(random, 4)}`;
    case 1:
    case 2:
      return Array.from({ length: random.integer(3, 6) }, () => `- **${random.pick(WORDS)}**: ${sentence(random)}`).join("\n");
    case 3:
      return "```typescript\n" + Array.from({ length: random.integer(6, 16) }, (_, line) => `const total${line} = sum(cart.lines, "${random.pick(WORDS)}"); // ${line}`).join("\n") + "\n```";
    case 4:
      return ["| name | cents |", "| --- | ---: |", ...Array.from({ length: 4 }, () => `| ${random.pick(WORDS)} | ${random.integer(1, 9999)} |`)].join("\n");
    default:
      return Array.from({ length: random.integer(2, 5) }, () => sentence(random).replace(/ (\w+)/, " `$1`")).join(" ");
  }
}

/** Markdown as answers have it, of about `length` characters: at least that, at most one block more. */
export function markdown(random: Random, length: number): string {
  const blocks: string[] = [];
  for (let written = 0; written < length; ) {
    const next = block(random);
    blocks.push(next);
    written += next.length + 2;
  }
  return blocks.join("\n\n");
}
