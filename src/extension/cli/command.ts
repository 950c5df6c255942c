import type { Translation } from "../../core/base/l10n";

/** 0 done, 1 refused or failed, 2 misused. */
export type ExitCode = 0 | 1 | 2;

export interface Option {
  readonly type: "boolean" | "string";
  readonly short?: string;
  /** What stands for its value in the help, such as FILE. */
  readonly value?: string;
  /** Half a line; made when it is asked for, in the language of then. */
  readonly about: () => string;
}

export type Options = Readonly<Record<string, Option>>;
export type Values<O extends Options> = { readonly [K in keyof O]?: O[K]["type"] extends "boolean" ? boolean : string };

/** What was written behind a command's name. */
export interface Given<O extends Options> {
  readonly values: Values<O>;
  readonly operands: readonly string[];
}

export interface Command<O extends Options = Options> {
  /** What it does, in one sentence. */
  readonly summary: () => string;
  /** What else is to be said in its help, a paragraph each. */
  readonly details?: () => readonly string[];
  /** What stands behind the name, such as `ID TITLE`, and how many of them at least and at most. */
  readonly operands: string;
  readonly count: readonly [least: number, most: number];
  readonly options: O;
  /** Throws `CommandError` where it is refused or misused. */
  run(given: Given<O>, context: Context): Promise<ExitCode>;
}

/** Checks a command's options against what it does with them. */
export function defineCommand<const O extends Options>(command: Command<O>): Command {
  return command;
}

/** Commands by the second word, such as `list` of `cairn chats list`. */
export type Group = Readonly<Record<string, Command>>;

/** What a command has to do with the outside. */
export interface Context {
  readonly io: Io;
  /** The folder of the bundles, in which the threads' files lie. */
  readonly dist: string;
  readonly translation: Translation;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Io {
  /** Writes to stdout. False when nobody reads it any more; rejects when it cannot be written. */
  write(text: string): Promise<boolean>;
  /** One line for the person, on stderr. */
  say(line: string): void;
  /** How far a long work has come, where a person is looking: each line takes the place of the one before, "" of the last. */
  showProgress(line: string): void;
  /** Whether stdout is a terminal. */
  readonly isTerminal: boolean;
  /** Aborted by Ctrl+C. Who never asks for it is ended by that at once; the second time all are. */
  readonly signal: AbortSignal;
}

/** Ends a command with one sentence for the person and an exit code. */
export class CommandError extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2, options?: ErrorOptions) {
    super(message, options);
    this.name = "CommandError";
    this.exitCode = exitCode;
  }
}

/** Told by its shape: bundles share no classes. */
export function asCommandError(error: unknown): CommandError | undefined {
  const isOne = error instanceof Error && error.name === "CommandError" && "exitCode" in error;
  return isOne ? (error as CommandError) : undefined; // name and field are the class's
}

/** It cannot or must not be done: why, and what to do next. */
export function refuse(message: string, cause?: unknown): never {
  throw new CommandError(message, 1, cause === undefined ? {} : { cause });
}

/** It was asked in a way that means nothing. */
export function misuse(message: string): never {
  throw new CommandError(message, 2);
}
