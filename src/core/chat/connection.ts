import { Emitter } from "../base/emitter";
import { describeError } from "../base/errors";
import { fail, ok, type Result } from "../base/result";
import { defined } from "../base/records";
import type { ConnectionSettings, CreateModel, Endpoint, Log, Memento, Model, Secrets } from "../ports";
import { arr, check } from "../base/check";
import { t } from "../base/l10n";
import type { Connection as ConnectionInfo, ModelChoice } from "../protocol/calls";
import { model as modelChoice } from "../protocol/models";
import type { Failure } from "../protocol/failures";
import { checkBaseUrl, KEY_NAME, resolveHeaders } from "./endpoint";
import { makeFailure } from "./failureText";

export interface ConnectionOptions {
  readonly secrets: Secrets;
  readonly settings: () => ConnectionSettings;
  readonly createModel: CreateModel;
  /** Starts the local demo server, or gives the one that runs. */
  readonly startDemo: () => Promise<Endpoint>;
  /** A key found in the environment, already taken out of it. */
  readonly environmentKey: string | undefined;
  /** Across windows: what the person answered to the offer of that key, and the models last listed. */
  readonly memento: Memento;
  readonly log: Log;
}

export interface Connected {
  readonly model: Model;
  readonly choices: readonly ModelChoice[];
}

/** The outcome of trying a key: a rejected one is never stored, an untried one only when the person insists. */
export type SetKeyOutcome = { readonly type: "stored" } | { readonly type: "cancelled" } | { readonly type: "rejected"; readonly failure: Failure } | { readonly type: "untried"; readonly failure: Failure };

const ENVIRONMENT_ANSWERED = "environmentKeyAnswered";
const LISTED_MODELS = "listedModels";

/** The key, where it is used, and whether it works. The key's text leaves this object only towards the model. */
export class Connection {
  readonly changed: Emitter<ConnectionInfo>;
  readonly #options: ConnectionOptions;
  #status: ConnectionInfo["status"] = "checking";
  #detail: string | undefined;
  #listed: { readonly isDemo: boolean; readonly choices: readonly ModelChoice[] } | undefined;
  #cached: { readonly fingerprint: string; readonly model: Promise<Model> } | undefined;
  #checks = 0;
  /** What was last read from the store or put there; tells a change by another window from our own. */
  #knownKey: string | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.changed = new Emitter((error) => options.log.error(`A listener of the connection failed: ${describeError(error)}`));
  }

  get info(): ConnectionInfo {
    return defined({ status: this.#status, detail: this.#detail, offersEnvironmentKey: this.#offersEnvironmentKey() });
  }

  /** The models last listed: in this session, else in an earlier one, so that a choice stands before the first answer. */
  get choices(): readonly ModelChoice[] {
    const { isDemo } = this.#options.settings();
    if (this.#listed?.isDemo === isDemo) return this.#listed.choices;
    const kept = isDemo ? undefined : check(arr(modelChoice), withEfforts(this.#options.memento.get(LISTED_MODELS)));
    return kept?.ok === true ? kept.value : [];
  }

  /** Looks whether there is a key, without using it: cheap enough for start-up. */
  async refresh(): Promise<void> {
    if (this.#options.settings().isDemo) return this.#set("demo");
    const key = await this.#readKey();
    const target = await this.#target();
    if (key === undefined) this.#set("noKey");
    else if (!target.ok) this.#set("offline", target.error.message);
    else if (this.#status === "checking" || this.#status === "noKey" || this.#status === "demo") this.#set("ready");
    else this.changed.fire(this.info);
  }

  /** Another window may have put another key into the store: then what was known of the old one no longer holds. */
  async secretsChanged(): Promise<void> {
    const before = this.#knownKey;
    if ((await this.#readKey()) === before) return;
    this.#checks++;
    this.#set("checking");
    await this.refresh();
  }

  /** The settings say something else now; at another address other models may be had. */
  async settingsChanged(): Promise<void> {
    this.#cached = undefined;
    this.#checks++;
    this.#set("checking");
    await this.refresh();
  }

  /** Tries the key where it is used, by listing the models, and says what came of it. */
  async check(signal: AbortSignal): Promise<Result<readonly ModelChoice[], Failure>> {
    const number = ++this.#checks;
    const { isDemo } = this.#options.settings();
    const endpoint = await this.#endpoint();
    if (!endpoint.ok) {
      this.#set(endpoint.error.code === "noKey" ? "noKey" : "offline", endpoint.error.code === "noKey" ? undefined : endpoint.error.message);
      return endpoint;
    }
    const listed = await (await this.#model(endpoint.value)).listModels(signal);
    if (number !== this.#checks || signal.aborted) return listed;
    if (listed.ok) await this.#keep(listed.value, isDemo);
    this.noteOutcome(listed.ok ? undefined : listed.error);
    return listed;
  }

  /** The model to ask now. */
  async connect(): Promise<Result<Connected, Failure>> {
    const endpoint = await this.#endpoint();
    if (!endpoint.ok) {
      if (endpoint.error.code === "noKey") this.#set("noKey");
      return endpoint;
    }
    return ok({ model: await this.#model(endpoint.value), choices: this.choices });
  }

  /** Learns from a finished request how the connection stands. */
  noteOutcome(failure: Failure | undefined): void {
    if (this.#options.settings().isDemo) return this.#set("demo");
    switch (failure?.code) {
      case undefined:
        return this.#set("ready");
      case "noKey":
        return this.#set("noKey");
      case "keyRejected":
        return this.#set("rejected", failure.message);
      case "offline":
      case "dns":
      case "proxy":
      case "tls":
        return this.#set("offline", failure.message);
      default:
        if (this.#status === "checking") this.#set("ready");
    }
  }

  /** Tries a key and stores it if it is accepted, or if it could not be tried and `isInsisting`. */
  async setKey(text: string, signal: AbortSignal, isInsisting = false): Promise<SetKeyOutcome> {
    const key = text.trim();
    if (!/^[\x21-\x7e]+$/.test(key)) return { type: "rejected", failure: { code: "keyRejected", message: t("This is no API key: a key has no blanks and no special characters.") } };
    const { secrets, createModel } = this.#options;
    const target = await this.#target();
    if (!target.ok) return { type: "rejected", failure: target.error };
    if (!isInsisting) {
      const listed = await (await createModel({ ...target.value, apiKey: key })).listModels(signal);
      if (signal.aborted) return { type: "cancelled" };
      if (!listed.ok) {
        const isRejected = listed.error.code === "keyRejected" || listed.error.code === "forbidden";
        return { type: isRejected ? "rejected" : "untried", failure: listed.error };
      }
      await this.#keep(listed.value, false);
    }
    try {
      await secrets.set(KEY_NAME, key);
      if ((await secrets.get(KEY_NAME)) !== key) throw new Error("the editor's secret storage did not keep the key");
    } catch (error) {
      return { type: "rejected", failure: makeFailure("storage", { said: describeError(error) }) };
    }
    this.#checks++;
    this.#knownKey = key;
    this.#set("checking");
    await this.refresh();
    return { type: "stored" };
  }

  async deleteKey(): Promise<void> {
    await this.#options.secrets.delete(KEY_NAME);
    await this.refresh();
  }

  async hasKey(): Promise<boolean> {
    return (await this.#readKey()) !== undefined;
  }

  /** Takes the environment's key, after trying it, or declines it for good. */
  async answerEnvironmentKey(use: boolean, signal: AbortSignal): Promise<SetKeyOutcome | undefined> {
    const key = this.#options.environmentKey;
    const outcome = use && key !== undefined ? await this.setKey(key, signal) : undefined;
    // A try that came to nothing, because the network was down or it was cancelled, is no answer.
    if (outcome === undefined || outcome.type === "stored" || outcome.type === "rejected") await this.#options.memento.set(ENVIRONMENT_ANSWERED, true);
    this.changed.fire(this.info);
    return outcome;
  }

  async #keep(choices: readonly ModelChoice[], isDemo: boolean): Promise<void> {
    this.#listed = { isDemo, choices };
    if (!isDemo) await this.#options.memento.set(LISTED_MODELS, choices);
  }

  #offersEnvironmentKey(): boolean {
    const { environmentKey, memento } = this.#options;
    return environmentKey !== undefined && this.#status === "noKey" && memento.get(ENVIRONMENT_ANSWERED) !== true;
  }

  async #endpoint(): Promise<Result<Endpoint, Failure>> {
    if (this.#options.settings().isDemo) return ok(await this.#options.startDemo());
    const apiKey = await this.#readKey();
    if (apiKey === undefined) return fail(makeFailure("noKey"));
    const target = await this.#target();
    return target.ok ? ok({ ...target.value, apiKey }) : target;
  }

  async #target(): Promise<Result<Omit<Endpoint, "apiKey">, Failure>> {
    const settings = this.#options.settings();
    if (settings.problem !== undefined) return fail({ code: "badRequest", message: settings.problem });
    const baseUrl = checkBaseUrl(settings.baseUrl);
    if (!baseUrl.ok) return fail({ code: "badRequest", message: baseUrl.error });
    const headers = await resolveHeaders(settings, this.#options.secrets);
    if (!headers.ok) return fail({ code: "badRequest", message: headers.error });
    return ok({ baseUrl: baseUrl.value, headers: headers.value });
  }

  #model(endpoint: Endpoint): Promise<Model> {
    const fingerprint = JSON.stringify(endpoint);
    if (this.#cached?.fingerprint !== fingerprint) {
      const model = this.#options.createModel(endpoint);
      this.#cached = { fingerprint, model };
      model.catch(() => (this.#cached = undefined)); // whoever asked has the error; the next one tries again
    }
    return this.#cached.model;
  }

  async #readKey(): Promise<string | undefined> {
    try {
      return (this.#knownKey = await this.#options.secrets.get(KEY_NAME));
    } catch (error) {
      this.#options.log.error(`The secret storage could not be read: ${describeError(error)}`);
      return undefined;
    }
  }

  #set(status: ConnectionInfo["status"], detail?: string): void {
    const isSame = this.#status === status && this.#detail === detail;
    this.#status = status;
    this.#detail = detail;
    if (!isSame) this.changed.fire(this.info);
  }
}

/** A list kept by a build that did not ask for efforts yet still serves while there is no newer one. */
function withEfforts(kept: unknown): unknown {
  return Array.isArray(kept) ? kept.map((entry: unknown) => (typeof entry === "object" && entry !== null ? { efforts: [], ...entry } : entry)) : kept;
}
