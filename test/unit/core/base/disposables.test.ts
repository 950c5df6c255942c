import assert from "node:assert/strict";
import { disposable, DisposableStore } from "../../../../src/core/base/disposables";

describe("disposable", () => {
  it("runs once", () => {
    let count = 0;
    const item = disposable(() => void count++);
    item.dispose();
    item.dispose();
    assert.equal(count, 1);
  });
});

describe("DisposableStore", () => {
  function recording(): { readonly ended: string[]; item(name: string): { dispose(): void } } {
    const ended: string[] = [];
    return { ended, item: (name) => ({ dispose: () => void ended.push(name) }) };
  }

  it("disposes in reverse order, each once", () => {
    const { ended, item } = recording();
    const store = new DisposableStore();
    const first = item("first");
    assert.equal(store.add(first), first);
    store.add(item("second"));
    store.add(item("third"));
    assert.deepEqual(ended, []);
    store.dispose();
    store.dispose();
    assert.deepEqual(ended, ["third", "second", "first"]);
  });

  it("disposes at once what comes after its own end, from within a disposal too", () => {
    const { ended, item } = recording();
    const store = new DisposableStore();
    store.add(item("earlier"));
    store.add({ dispose: () => void store.add(item("late")) });
    store.dispose();
    store.add(item("later"));
    assert.deepEqual(ended, ["late", "earlier", "later"]);
  });

  it("disposes the rest when one of its items throws, and says so", () => {
    const { ended, item } = recording();
    const store = new DisposableStore();
    store.add(item("first"));
    store.add({
      dispose() {
        throw new Error("stuck");
      },
    });
    store.add(item("third"));
    assert.throws(() => store.dispose(), /stuck/);
    assert.deepEqual(ended, ["third", "first"]);
  });
});
