import assert from "node:assert/strict";
import { createKernels } from "../../../../src/extension/adapters/kernels";
import { kernelsContract } from "../../../support/contracts/kernels";
import { readVectorWasm, recordingLog } from "../../../support/vectorWasm";

kernelsContract("WASM", async () => {
  const log = recordingLog();
  const kernels = await createKernels({ readWasm: readVectorWasm, log });
  assert.deepEqual([kernels.engine, log.lines], ["wasm", []]);
  return kernels;
});

kernelsContract("fallback", () => createKernels({ readWasm: () => Promise.reject(new Error("no such file")), log: recordingLog() }));

describe("createKernels: falls back to the reference, with one line in the log", () => {
  it("when the module cannot be read", async () => {
    await expectFallback(() => Promise.reject(new Error("no such file")), /no such file/);
  });

  it("when the module is empty or cut short anywhere", async () => {
    const wasm = await readVectorWasm();
    for (let length = 0; length < wasm.length; length++) await expectFallback(async () => wasm.slice(0, length), /./);
  });

  it("when the file is another module", async () => {
    await expectFallback(async () => Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0), /ABI_VERSION undefined where 1 is needed/);
  });

  it("when the module is of another ABI version", async () => {
    // The first global: i32, constant, i32.const 1, end.
    const wasm = replaced(await readVectorWasm(), [0x7f, 0x00, 0x41, 0x01, 0x0b], [0x7f, 0x00, 0x41, 0x02, 0x0b]);
    await expectFallback(async () => wasm, /ABI_VERSION 2 where 1 is needed/);
  });

  it("when the module computes wrong results", async () => {
    // f32x4.mul becomes f32x4.add.
    const wasm = replaced(await readVectorWasm(), [0xfd, 0xe6, 0x01], [0xfd, 0xe4, 0x01]);
    await expectFallback(async () => wasm, /computes .* where 276 is right/);
  });

  it("when the runtime has no WebAssembly", async () => {
    const original = Object.getOwnPropertyDescriptor(globalThis, "WebAssembly");
    assert.ok(original);
    Object.defineProperty(globalThis, "WebAssembly", { ...original, value: undefined });
    try {
      await expectFallback(readVectorWasm, /./);
    } finally {
      Object.defineProperty(globalThis, "WebAssembly", original);
    }
  });
});

async function expectFallback(readWasm: () => Promise<Uint8Array>, reason: RegExp): Promise<void> {
  const log = recordingLog();
  const kernels = await createKernels({ readWasm, log });
  assert.deepEqual([kernels.engine, log.lines.length], ["reference", 1]);
  assert.match(log.lines.join(), reason);
}

/** The bytes with every occurrence of a pattern replaced; throws when there is none. */
function replaced(bytes: Uint8Array, pattern: readonly number[], replacement: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  let count = 0;
  for (let start = 0; start + pattern.length <= bytes.length; start++) {
    if (!pattern.every((byte, i) => bytes[start + i] === byte)) continue;
    copy.set(replacement, start);
    count++;
  }
  if (count === 0) throw new Error("The module no longer holds the bytes that this test damages: look at wasm-dis of it and adapt the pattern.");
  return copy;
}
