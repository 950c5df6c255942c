import { t, uiLanguage } from "../base/l10n";
import type { StorageKind } from "./storageSizes";

/** What the files of a kind are, for people. */
export function kindText(kind: StorageKind): string {
  const names: Readonly<Record<StorageKind, string>> = {
    journals: t("Journals"), index: t("Index"), search: t("Search index"), blobs: t("Attached files"), quarantine: t("Quarantine"), windows: t("Notes of open windows"), other: t("Other files"),
  };
  return names[kind];
}

/** A size such as 1.2 MB. */
export function sizeText(sizeBytes: number): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
  const step = sizeBytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(sizeBytes) / 3));
  const unit = units[step] ?? "byte";
  return new Intl.NumberFormat(uiLanguage(), { style: "unit", unit, unitDisplay: unit === "byte" ? "long" : "short", maximumFractionDigits: step === 0 ? 0 : 1 }).format(sizeBytes / 1000 ** step);
}
