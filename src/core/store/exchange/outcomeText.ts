import { grouped, t } from "../../base/l10n";
import type { ImportOutcome } from "./importChats";

/** What an import has done, in a few sentences. */
export function describeOutcome({ imported, present, copied, isCancelled }: ImportOutcome): string {
  const parts = [imported === 1 ? t("1 chat was imported.") : t("{0} chats were imported.", grouped(imported))];
  if (present > 0) parts.push(present === 1 ? t("1 was already there.") : t("{0} were already there.", grouped(present)));
  if (copied > 0) parts.push(copied === 1 ? t("1 differs from the one here and stands beside it as a copy.") : t("{0} differ from those here and stand beside them as copies.", grouped(copied)));
  if (isCancelled) parts.push(t("Then it was cancelled."));
  return parts.join(" ");
}
