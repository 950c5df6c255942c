import type { JSX } from "preact";
import { Icon, type IconName } from "./Icon";

export interface IconButtonProps {
  readonly icon: IconName;
  /** The button's name, spoken and shown as a tooltip. */
  readonly label: string;
  readonly onClick: () => void;
  readonly class?: string;
  readonly isPressed?: boolean;
}

export function IconButton({ icon, label, onClick, class: extra, isPressed }: IconButtonProps): JSX.Element {
  return (
    <button type="button" class={extra === undefined ? "icon-button" : `icon-button ${extra}`} aria-label={label} title={label} aria-pressed={isPressed} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}
