import assert from "node:assert/strict";
import { Emitter } from "../../../../src/core/base/emitter";

function create(): { readonly emitter: Emitter<string>; readonly errors: unknown[]; readonly seen: string[]; listener(name: string): (value: string) => void } {
  const errors: unknown[] = [];
  const seen: string[] = [];
  return { emitter: new Emitter<string>((error) => errors.push(error)), errors, seen, listener: (name) => (value) => void seen.push(`${name} ${value}`) };
}

describe("Emitter", () => {
  it("tells all listeners, in the order of their coming", () => {
    const { emitter, seen, listener } = create();
    emitter.on(listener("a"));
    emitter.on(listener("b"));
    emitter.fire("1");
    emitter.fire("2");
    assert.deepEqual(seen, ["a 1", "b 1", "a 2", "b 2"]);
  });

  it("tells no more to one that left", () => {
    const { emitter, seen, listener } = create();
    const subscription = emitter.on(listener("a"));
    emitter.on(listener("b"));
    subscription.dispose();
    subscription.dispose();
    emitter.fire("1");
    assert.deepEqual(seen, ["b 1"]);
  });

  it("hands an error on and tells the others all the same", () => {
    const { emitter, errors, seen, listener } = create();
    const error = new Error("broken listener");
    emitter.on(() => {
      throw error;
    });
    emitter.on(listener("b"));
    emitter.fire("1");
    assert.deepEqual([seen, errors], [["b 1"], [error]]);
  });

  it("does not tell a listener that another one removed just before", () => {
    const { emitter, seen, listener } = create();
    emitter.on(() => second.dispose());
    const second = emitter.on(listener("b"));
    emitter.fire("1");
    assert.deepEqual(seen, []);
  });

  it("tells a listener that came while it told the others from the next time on", () => {
    const { emitter, seen, listener } = create();
    const first = emitter.on(() => {
      first.dispose();
      emitter.on(listener("late"));
    });
    emitter.fire("1");
    emitter.fire("2");
    assert.deepEqual(seen, ["late 2"]);
  });

  it("counts a listener that came twice as two", () => {
    const { emitter, seen, listener } = create();
    const same = listener("same");
    const first = emitter.on(same);
    emitter.on(same);
    first.dispose();
    emitter.fire("1");
    assert.deepEqual(seen, ["same 1"]);
  });

  it("is silent after its end", () => {
    const { emitter, seen, listener } = create();
    emitter.on(listener("a"));
    emitter.dispose();
    emitter.fire("1");
    assert.deepEqual(seen, []);
  });
});
