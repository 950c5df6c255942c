type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** A copy without the fields that are `undefined`: JSON has no such value, and our optional fields are absent or set. */
export function defined<T extends object>(fields: T): { [K in keyof Defined<T>]: Defined<T>[K] } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof Defined<T>]: Defined<T>[K] }; // only undefined fields were left out
}
