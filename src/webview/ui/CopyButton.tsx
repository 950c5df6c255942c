import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { strings } from "../strings";
import { IconButton } from "./IconButton";

const SHOWN_MS = 1500;

/** Copies what `text` gives at the time of the click; the button itself says how that went. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: () => string }): JSX.Element {
  const [outcome, setOutcome] = useState<"copied" | "failed" | undefined>(undefined);
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const timer = setTimeout(() => setOutcome(undefined), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    navigator.clipboard.writeText(text()).then(
      () => setOutcome("copied"),
      () => setOutcome("failed"),
    );
  };
  const shown = outcome === "copied" ? strings.code.copied : outcome === "failed" ? strings.code.copyFailed : label;
  return <IconButton icon={outcome === "copied" ? "check" : outcome === "failed" ? "warning" : "copy"} label={shown} onClick={copy} class="copy-button" />;
}
