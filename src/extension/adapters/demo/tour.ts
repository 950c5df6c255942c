import { FIX, PROJECT, SALES, TEST, bugText } from "./answers";
import { explainFile } from "./explain";
import { SAMPLE_FILES } from "./sample";

/** A walk through the whole sample, long enough to be stopped on the way. */
export function tour(): string {
  return [
    "# A tour of the sample",
    PROJECT,
    "Now file by file.",
    ...SAMPLE_FILES.map(explainFile),
    bugText(),
    FIX,
    TEST,
    SALES,
    "That is all of it.",
  ].join("\n\n");
}
