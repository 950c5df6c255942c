import type { JSX } from "preact";

/** The mark: stones stacked on a way, to show those who come later that it goes on. */
export function CairnMark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d={CAIRN_PATH} />
    </svg>
  );
}

/** Four stones, the same as in media/cairn.svg. */
const CAIRN_PATH =
  "M21.8 19.7C21.8 21.6 18.7 22.5 12 22.6C6 22.8 2.2 21.8 2.2 20.1C2.2 18.1 4.9 17.3 12 17.2C17.8 17 21.8 18.1 21.8 19.7zM18.5 14.5C18.4 16.1 15.5 16.9 11.2 16.7C6 16.4 4 15.6 4.1 13.8C4.2 12.2 7 11.4 11.4 11.6C16.5 11.9 18.6 12.7 18.5 14.5zM17.5 8.3C17.6 9.9 16.1 10.8 12.8 11C9.8 11.3 7.8 10.6 7.7 9.2C7.6 7.5 8.9 6.8 12.4 6.5C15.3 6.2 17.4 6.9 17.5 8.3zM14.8 4.2C14.5 5.6 13.3 6.3 11.5 6C9.8 5.7 8.8 4.6 9 3.3C9.3 1.8 10.4 1.2 12.3 1.5C14 1.8 15 2.9 14.8 4.2z";
