import assert from "node:assert/strict";
import { fail, ok, type Result } from "../../../../src/core/base/result";
import { Connection } from "../../../../src/core/chat/connection";
import { makeFailure } from "../../../../src/core/chat/failureText";
import { createModelPicker } from "../../../../src/core/chat/modelPicker";
import type { ConnectionSettings, Endpoint, Model } from "../../../../src/core/ports";
import type { ModelChoice } from "../../../../src/core/protocol/calls";
import type { Failure } from "../../../../src/core/protocol/failures";
import { createRecordingLog } from "../../../support/fakes/log";
import { createMemoryMemento, createMemorySecrets } from "../../../support/fakes/stores";

const CHOICE: ModelChoice = { id: "m1", name: "Model 1", hasAdaptiveThinking: false, efforts: [] };
const signal = new AbortController().signal;

function setUp(options: { readonly environmentKey?: string; readonly accept?: (endpoint: Endpoint) => Result<readonly ModelChoice[], Failure>; readonly memento?: ReturnType<typeof createMemoryMemento> } = {}) {
  const secrets = createMemorySecrets();
  const memento = options.memento ?? createMemoryMemento();
  const settings: { -readonly [K in keyof ConnectionSettings]: ConnectionSettings[K] } = { baseUrl: "https://api.example.com", headers: {}, isDemo: false };
  const tried: Endpoint[] = [];
  const accept = options.accept ?? ((endpoint) => (endpoint.apiKey === "good" ? ok([CHOICE]) : fail(makeFailure("keyRejected", { host: "api.example.com" }))));
  const log = createRecordingLog();
  const connection = new Connection({
    secrets, memento, log,
    settings: () => settings,
    environmentKey: options.environmentKey,
    startDemo: async () => ({ baseUrl: "http://127.0.0.1:1", apiKey: "demo-token", headers: {} }),
    createModel: async (endpoint): Promise<Model> => ({
      stream: () => {
        throw new Error("not asked here");
      },
      async listModels() {
        tried.push(endpoint);
        return accept(endpoint);
      },
    }),
  });
  const statuses: string[] = [];
  connection.changed.on((info) => statuses.push(info.status));
  return { connection, secrets, memento, settings, tried, statuses, log };
}

describe("Connection: keys", () => {
  it("a good key is tried, stored, read back, and used", async () => {
    const { connection, secrets, tried } = setUp();
    await connection.refresh();
    assert.equal(connection.info.status, "noKey");
    assert.deepEqual(await connection.setKey("  good\n", signal), { type: "stored" });
    assert.equal(await secrets.get("apiKey"), "good");
    assert.deepEqual(tried, [{ baseUrl: "https://api.example.com", apiKey: "good", headers: {} }]);
    assert.equal(connection.info.status, "ready");
    assert.ok((await connection.connect()).ok);
  });

  it("a rejected key is never stored, and an earlier one stays", async () => {
    const { connection, secrets } = setUp();
    await connection.setKey("good", signal);
    const outcome = await connection.setKey("bad", signal);
    assert.equal(outcome.type, "rejected");
    assert.equal(await secrets.get("apiKey"), "good");
    assert.equal(connection.info.status, "ready");
  });

  it("a key that could not be tried is stored only when the person insists", async () => {
    const { connection, secrets } = setUp({ accept: () => fail(makeFailure("offline")) });
    assert.equal((await connection.setKey("maybe", signal)).type, "untried");
    assert.equal(await secrets.get("apiKey"), undefined);
    assert.equal((await connection.setKey("maybe", signal, true)).type, "stored");
    assert.equal(await secrets.get("apiKey"), "maybe");
  });

  it("a storage that loses the key is noticed", async () => {
    const { connection, secrets } = setUp();
    secrets.set = async () => undefined;
    const outcome = await connection.setKey("good", signal);
    assert.equal(outcome.type, "rejected");
    assert.equal(connection.info.status, "checking");
  });

  it("deleting the key leaves none", async () => {
    const { connection } = setUp();
    await connection.setKey("good", signal);
    await connection.deleteKey();
    assert.equal(connection.info.status, "noKey");
    const connected = await connection.connect();
    assert.equal(connected.ok ? "" : connected.error.code, "noKey");
  });

  it("a wrong base address or a missing header secret is refused before any request", async () => {
    const { connection, settings, tried } = setUp();
    settings.baseUrl = "http://example.com";
    assert.match(JSON.stringify(await connection.setKey("good", signal)), /must begin with https/);
    settings.baseUrl = "";
    settings.headers = { "x-team": "${secret:T}" };
    assert.match(JSON.stringify(await connection.setKey("good", signal)), /needs the secret T/);
    assert.deepEqual(tried, []);
  });
});

describe("Connection: state", () => {
  it("follows checks and the outcomes of turns", async () => {
    let answer: Result<readonly ModelChoice[], Failure> = ok([CHOICE]);
    const { connection, statuses, memento } = setUp({ accept: () => answer });
    await connection.setKey("good", signal);
    answer = fail(makeFailure("keyRejected"));
    await connection.check(signal);
    answer = fail(makeFailure("offline"));
    await connection.check(signal);
    connection.noteOutcome(undefined);
    connection.noteOutcome(makeFailure("overloaded"));
    assert.equal(connection.info.status, "ready");
    assert.deepEqual(statuses, ["ready", "rejected", "offline", "ready"]);
    assert.deepEqual(connection.choices, [CHOICE], "an offline check keeps the last list");
    const later = setUp({ memento });
    assert.deepEqual(later.connection.choices, [CHOICE], "and so does a reload");
  });

  it("offers the environment's key once: taken or declined, never again", async () => {
    const { connection, memento, secrets } = setUp({ environmentKey: "good" });
    await connection.refresh();
    assert.equal(connection.info.offersEnvironmentKey, true);
    await connection.answerEnvironmentKey(false, signal);
    assert.equal(connection.info.offersEnvironmentKey, false);
    assert.equal(await secrets.get("apiKey"), undefined);
    assert.equal(memento.get("environmentKeyAnswered"), true);

    const other = setUp({ environmentKey: "good" });
    await other.connection.refresh();
    assert.deepEqual(await other.connection.answerEnvironmentKey(true, signal), { type: "stored" });
    assert.equal(await other.secrets.get("apiKey"), "good");
    await other.connection.deleteKey();
    assert.equal(other.connection.info.offersEnvironmentKey, false);
  });

  it("the demo answers without a key and never sends one", async () => {
    const { connection, settings, secrets, tried } = setUp({ accept: () => ok([{ ...CHOICE, id: "demo" }]) });
    await secrets.set("apiKey", "good");
    settings.isDemo = true;
    await connection.refresh();
    assert.equal(connection.info.status, "demo");
    await connection.check(signal);
    assert.deepEqual(tried.map((endpoint) => endpoint.apiKey), ["demo-token"]);
    connection.noteOutcome(makeFailure("offline"));
    assert.equal(connection.info.status, "demo");
    settings.isDemo = false;
    await connection.refresh();
    assert.equal(connection.info.status, "ready");
  });

  it("says what is wrong with the settings before anything is sent, in the status too", async () => {
    const { connection, settings, secrets, tried } = setUp();
    await secrets.set("apiKey", "good");
    settings.baseUrl = "http://example.com";
    await connection.settingsChanged();
    assert.deepEqual([connection.info.status, /must begin with https/.test(connection.info.detail ?? "")], ["offline", true]);
    settings.baseUrl = "";
    settings.problem = "“cairn.headers” must be an object.";
    await connection.settingsChanged();
    assert.equal(connection.info.detail, "“cairn.headers” must be an object.");
    delete settings.problem;
    await connection.settingsChanged();
    assert.deepEqual([connection.info.status, tried], ["ready", []]);
  });

  it("an environment's key that could not be tried is offered again", async () => {
    const { connection } = setUp({ environmentKey: "good", accept: () => fail(makeFailure("offline")) });
    await connection.refresh();
    assert.equal((await connection.answerEnvironmentKey(true, signal))?.type, "untried");
    assert.equal(connection.info.offersEnvironmentKey, true);
  });

  it("a cancelled try stores nothing, and a key of impossible characters is not even tried", async () => {
    const { connection, secrets, tried } = setUp();
    const controller = new AbortController();
    controller.abort();
    assert.equal((await connection.setKey("good", controller.signal)).type, "cancelled");
    assert.equal((await connection.setKey("good…", signal)).type, "rejected");
    assert.equal(await secrets.get("apiKey"), undefined);
    assert.equal(tried.length, 1);
  });

  it("nothing it logs holds a key", async () => {
    const { connection, log } = setUp({ accept: () => fail(makeFailure("offline")) });
    await connection.setKey("sk-canary", signal);
    await connection.setKey("sk-canary", signal, true);
    await connection.check(signal);
    assert.ok(!log.lines.join("\n").includes("canary"));
  });
});

describe("Connection: models kept from before", () => {
  it("are there before the first listing, also as a build without efforts kept them; what is no list is none", () => {
    const { efforts: _none, ...old } = CHOICE;
    for (const [kept, choices] of [[[CHOICE], [CHOICE]], [[old], [CHOICE]], [[null], []], ["?", []]] as const) {
      assert.deepEqual(setUp({ memento: createMemoryMemento({ listedModels: kept }) }).connection.choices, choices);
    }
  });
});

describe("ModelPicker", () => {
  it("prefers the window's choice over the setting, and the demo's model in the demo", async () => {
    const { connection, settings } = setUp({ accept: () => ok([{ ...CHOICE, id: "demo" }]) });
    const windowMemento = createMemoryMemento();
    const picker = createModelPicker({ connection, windowMemento, setting: () => ({ model: "from-setting", isOwn: true }) });
    assert.equal(picker.current().model, "from-setting");
    await picker.choose("mine", null);
    assert.deepEqual(picker.current(), { model: "mine", effort: undefined });
    settings.isDemo = true;
    await connection.refresh();
    assert.deepEqual(await picker.list(signal), { models: [{ ...CHOICE, id: "demo" }], model: "demo" });
    settings.isDemo = false;
    await connection.refresh();
    assert.equal(picker.current().model, "mine", "the demo does not change the choice");
  });

  it("takes the first model listed where only our own default is not to be had", async () => {
    const { connection, secrets } = setUp();
    await secrets.set("apiKey", "good");
    const pick = (isOwn: boolean) => createModelPicker({ connection, windowMemento: createMemoryMemento(), setting: () => ({ model: "elsewhere", isOwn }) });
    assert.equal(pick(false).current().model, "elsewhere", "before anything is listed");
    assert.equal((await pick(false).list(signal)).model, "m1");
    assert.equal(pick(false).resolve("elsewhere", null).model, "m1", "a panel that has not heard of the list yet");
    assert.equal(pick(true).resolve("elsewhere", null).model, "elsewhere");
    assert.equal((await pick(true).list(signal)).model, "elsewhere", "what the person named is kept");
  });

  it("remembers the effort with the model, and offers it only where the model lists it", async () => {
    const able = { ...CHOICE, efforts: ["low", "high"] };
    const { connection, secrets } = setUp({ accept: () => ok([CHOICE, { ...able, id: "m2" }]) });
    await secrets.set("apiKey", "good");
    const windowMemento = createMemoryMemento();
    const open = () => createModelPicker({ connection, windowMemento, setting: () => ({ model: "m1", isOwn: false }) });
    await open().list(signal);
    await open().choose("m2", "high");
    assert.deepEqual(open().current(), { model: "m2", effort: "high" });
    assert.deepEqual(open().resolve("m2", "low"), { model: "m2", effort: "low" });
    assert.deepEqual(open().resolve("m2", "max"), { model: "m2", effort: undefined });
    assert.deepEqual(open().resolve("m1", "high"), { model: "m1", effort: undefined });
    await open().choose("m2", null);
    assert.deepEqual(open().current(), { model: "m2", effort: undefined });
  });

  it("says why there is no list, and keeps the choice", async () => {
    const { connection } = setUp();
    const picker = createModelPicker({ connection, windowMemento: createMemoryMemento(), setting: () => ({ model: "m", isOwn: false }) });
    const listed = await picker.list(signal);
    assert.deepEqual([listed.models, listed.model], [[], "m"]);
    assert.match(listed.note ?? "", /There is no API key yet/);
  });
});
