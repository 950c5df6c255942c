import { createContext } from "preact";

/** What the editor can do with the code of an answer. */
export interface CodeActions {
  insert(code: string): void;
  /** `language` is what the answer calls it, or an empty text. */
  newFile(code: string, language: string): void;
}

/** Undefined where there is no editor to act in: then code can only be copied. */
export const CodeActionsContext = createContext<CodeActions | undefined>(undefined);
