import { fail, ok, type Result } from "./result";

/** What is wrong with a value from outside: where, and what was expected there. */
export interface CheckError {
  readonly path: string;
  readonly message: string;
}

/**
 * A check of unknown input: it gives the typed value, without fields it does not know, or the first thing wrong with it.
 * One value serves as type (`Infer`) and as run-time check.
 */
export interface Check<T> {
  readonly run: (value: unknown, path: string) => Result<T, CheckError>;
  readonly isOptional?: boolean;
}

export type Infer<C> = C extends Check<infer T> ? T : never;

type Shape = Readonly<Record<string, Check<unknown>>>;
type OptionalKeys<S extends Shape> = { [K in keyof S]: S[K] extends OptionalCheck<unknown> ? K : never }[keyof S];
export type InferShape<S extends Shape> = Flat<
  { readonly [K in Exclude<keyof S, OptionalKeys<S>>]: Infer<S[K]> } & { readonly [K in OptionalKeys<S>]?: Infer<S[K]> }
>;
type Flat<T> = { [K in keyof T]: T[K] } & {};
interface OptionalCheck<T> extends Check<T> {
  readonly isOptional: true;
}

/** Runs a check from the root of a value. */
export function check<T>(checker: Check<T>, value: unknown): Result<T, CheckError> {
  return checker.run(value, "$");
}

export function describeCheckError(error: CheckError): string {
  return `${error.path}: ${error.message}`;
}

function primitive<T>(expected: string, test: (value: unknown) => value is T): Check<T> {
  return { run: (value, path) => (test(value) ? ok(value) : wrong(path, `expected ${expected}, got ${kindOf(value)}`)) };
}

export const str: Check<string> = primitive("a string", (value) => typeof value === "string");
export const bool: Check<boolean> = primitive("true or false", (value) => typeof value === "boolean");
export const num: Check<number> = primitive("a finite number", (value): value is number => Number.isFinite(value));
export const nat: Check<number> = primitive(
  "a whole number of at least 0",
  (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0, // a safe integer is a number
);
/** A running number that leaves room to count on: a hostile one near the limit would end all counting. */
export const seqNumber: Check<number> = primitive("a whole number from 0 to 2^40", (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 2 ** 40); // a safe integer is a number
/** An id as the Ids port makes them; it may become part of a file's name. */
export const id: Check<string> = primitive("an id", (value): value is string => typeof value === "string" && /^[A-Za-z0-9_-]{1,64}$/.test(value));
/** Anything at all; for payloads that another check reads later. */
export const anything: Check<unknown> = { run: (value) => ok(value) };

export function literal<const T extends string | number | boolean>(...allowed: readonly T[]): Check<T> {
  return primitive(`one of ${allowed.map((item) => JSON.stringify(item)).join(", ")}`, (value): value is T => (allowed as readonly unknown[]).includes(value));
}

export function opt<T>(inner: Check<T>): OptionalCheck<T> {
  return { run: inner.run, isOptional: true };
}

export function nullable<T>(inner: Check<T>): Check<T | null> {
  return { run: (value, path) => (value === null ? ok(null) : inner.run(value, path)) };
}

export function arr<T>(inner: Check<T>): Check<readonly T[]> {
  return {
    run(value, path) {
      if (!Array.isArray(value)) return wrong(path, `expected a list, got ${kindOf(value)}`);
      const items: T[] = [];
      for (const [index, item] of value.entries()) {
        const result = inner.run(item, `${path}[${index}]`);
        if (!result.ok) return result;
        items.push(result.value);
      }
      return ok(items);
    },
  };
}

export function dict<T>(inner: Check<T>): Check<Readonly<Record<string, T>>> {
  return {
    run(value, path) {
      if (!isRecord(value)) return wrong(path, `expected an object, got ${kindOf(value)}`);
      const entries: [string, T][] = [];
      for (const [key, item] of Object.entries(value)) {
        const result = inner.run(item, `${path}.${key}`);
        if (!result.ok) return result;
        entries.push([key, result.value]);
      }
      return ok(Object.fromEntries(entries));
    },
  };
}

/** An object of known fields; unknown ones are dropped, so that a newer writer's additions do no harm. */
export function obj<const S extends Shape>(shape: S): Check<InferShape<S>> {
  const fields = Object.entries(shape);
  return {
    run(value, path) {
      if (!isRecord(value)) return wrong(path, `expected an object, got ${kindOf(value)}`);
      const checked: Record<string, unknown> = {};
      for (const [key, field] of fields) {
        const item = value[key];
        if (item === undefined && field.isOptional === true) continue;
        const result = field.run(item, `${path}.${key}`);
        if (!result.ok) return result;
        checked[key] = result.value;
      }
      return ok(checked as InferShape<S>); // every field of the shape has passed its own check
    },
  };
}

/** As `variants`, but a tag that this build does not know, a newer one's, becomes `fallback` of it. */
export function openVariants<const V extends Readonly<Record<string, Check<unknown>>>, F>(tag: string, cases: V, fallback: (name: string) => F): Check<Infer<V[keyof V]> | F> {
  const known = variants(tag, cases);
  return {
    run(value, path) {
      const name = isRecord(value) ? value[tag] : undefined;
      return typeof name === "string" && !Object.hasOwn(cases, name) ? ok(fallback(name.slice(0, 100))) : known.run(value, path);
    },
  };
}

/** As `literal`, but a string that this build does not know becomes `fallback`. */
export function openLiteral<const T extends string>(fallback: T, ...allowed: readonly T[]): Check<T> {
  const known = literal(...allowed, fallback);
  return { run: (value, path) => (typeof value === "string" && !(allowed as readonly string[]).includes(value) ? ok(fallback) : known.run(value, path)) };
}

/** One of several objects, told apart by the literal in their field `tag`. */
export function variants<const V extends Readonly<Record<string, Check<unknown>>>>(tag: string, cases: V): Check<Infer<V[keyof V]>> {
  return {
    run(value, path) {
      if (!isRecord(value)) return wrong(path, `expected an object, got ${kindOf(value)}`);
      const name = value[tag];
      if (typeof name !== "string") return wrong(`${path}.${tag}`, `expected a string, got ${kindOf(name)}`);
      if (!Object.hasOwn(cases, name)) return wrong(`${path}.${tag}`, `unknown ${tag} ${JSON.stringify(name.slice(0, 100))}`);
      const found = cases[name];
      if (found === undefined) return wrong(path, `unknown ${tag}`);
      return found.run(value, path) as Result<Infer<V[keyof V]>, CheckError>; // the case named by the tag checked it
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(path: string, message: string): Result<never, CheckError> {
  return fail({ path, message });
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return value === undefined ? "nothing" : `${typeof value}`;
}
