import { h, type ComponentChildren, type JSX } from "preact";

export interface ButtonProps {
  readonly appearance?: "primary" | "secondary";
  readonly onClick: () => void;
  readonly class?: string;
  readonly children: ComponentChildren;
}

/** A button with words on it: the toolkit's, which stays an unknown, inert element until toolkit.ts has registered it. */
export function Button({ appearance = "primary", onClick, class: extra, children }: ButtonProps): JSX.Element {
  return h("vscode-button", { appearance, onClick, class: extra }, children);
}
