import assert from "node:assert/strict";
import { connect } from "../../../src/core/protocol/rpc";
import { createStore, type Store } from "../../../src/webview/state/store";
import { createManualClock, type ManualClock } from "../../support/fakes/clock";
import { createFakeHost, type FakeHost, type FakeHostOptions } from "../../support/fakePort";

export interface StoreStage {
  readonly host: FakeHost;
  readonly store: Store;
  readonly clock: ManualClock;
  /** Lets everything that is on its way arrive. */
  settle(): Promise<void>;
  /** The parameters of all calls of one method so far. */
  asked(method: string): readonly unknown[];
}

/** The panel's store before a scripted host, started. */
export async function createStoreStage(options: FakeHostOptions = {}): Promise<StoreStage> {
  const clock = createManualClock();
  const host = createFakeHost(options);
  const client = connect(host.port, { timers: clock, timeoutMs: 30_000, report: (problem) => assert.fail(problem) });
  const store = createStore(client, clock);
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 4; turn++) await clock.advance(0); // an attach after a gap after a submit: a few round trips
  };
  await store.start();
  await settle();
  return { host, store, clock, settle, asked: (method) => host.calls.filter((call) => call.method === method).map((call) => call.params) };
}
