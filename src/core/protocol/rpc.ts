import { anything, check, describeCheckError, literal, num, obj, str, type Check } from "../base/check";
import { disposable, DisposableStore, type Disposable } from "../base/disposables";
import { Emitter } from "../base/emitter";
import { describeError } from "../base/errors";
import { t } from "../base/l10n";
import type { Timers } from "../base/timers";
import { calls, hostEvents, type HostEventName, type HostEvents, type Method, type Params, type Reply } from "./calls";

/** One end of a message channel. */
export interface FramePort {
  post(frame: unknown): void;
  onFrame(listener: (frame: unknown) => void): Disposable;
}

export type CallErrorCode = "badFrame" | "badParams" | "badReply" | "refused" | "failed" | "timeout" | "cancelled" | "closed";

/** Why a call did not succeed. `refused` carries a message for the person. */
export class CallError extends Error {
  readonly code: CallErrorCode;

  constructor(code: CallErrorCode, message: string) {
    super(message);
    this.name = "CallError";
    this.code = code;
  }
}

export type Handlers = { readonly [M in Method]: (params: Params<M>, signal: AbortSignal) => Reply<M> | Promise<Reply<M>> };

export interface Server extends Disposable {
  send<E extends HostEventName>(name: E, data: HostEvents[E]): void;
}

type Report = (problem: string) => void;

const requestFrame = obj({ id: num, method: str, params: anything });
const cancelFrame = obj({ cancel: num });
const okFrame = obj({ id: num, ok: anything });
const errorFrame = obj({ id: num, error: obj({ code: literal("badFrame", "badParams", "badReply", "refused", "failed", "timeout", "cancelled", "closed"), message: str }) });
/** The first frame of every page: what an earlier one asked on this channel is nobody's any more. */
const helloFrame = obj({ hello: literal(true) });
const eventFrame = obj({ event: str, data: anything });

/** Answers the calls that arrive on `port`. A malformed frame is reported and dropped; a wrong call gets an error. */
export function serve(port: FramePort, handlers: Handlers, report: Report): Server {
  const running = new Map<number, AbortController>();
  let isDisposed = false;
  const subscription = port.onFrame((frame) => {
    if (check(helloFrame, frame).ok) return abandonAll();
    const cancel = check(cancelFrame, frame);
    if (cancel.ok) return running.get(cancel.value.cancel)?.abort();
    const request = check(requestFrame, frame);
    if (!request.ok) return report(`Dropped a malformed frame: ${describeCheckError(request.error)}`);
    void answer(request.value.id, request.value.method, request.value.params);
  });

  async function answer(id: number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    let reply: object;
    try {
      reply = { ok: await handle(method, params, controller.signal) };
    } catch (error) {
      if (!(error instanceof CallError)) report(`${method} failed: ${describeError(error)}`);
      const code = error instanceof CallError ? error.code : "failed";
      const message = error instanceof CallError ? error.message : t("Something went wrong inside Cairn. Run “Cairn: Show Log” for details.");
      reply = { error: { code, message } };
    }
    // The number may have been given anew by another page, for which this answer is not.
    if (running.get(id) !== controller) return;
    running.delete(id);
    post({ id, ...reply });
  }

  function abandonAll(): void {
    for (const controller of running.values()) controller.abort();
    running.clear();
  }

  function post(frame: unknown): void {
    if (isDisposed) return;
    try {
      port.post(frame);
    } catch (error) {
      report(`A frame could not be posted: ${describeError(error)}`);
    }
  }

  async function handle(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    if (!Object.hasOwn(calls, method)) throw new CallError("badFrame", `Unknown method ${method}`);
    const name = method as Method; // an own key of the table
    const checked = check(calls[name].params as Check<unknown>, params);
    if (!checked.ok) throw new CallError("badParams", `${method}: ${describeCheckError(checked.error)}`);
    const handler = handlers[name] as (params: unknown, signal: AbortSignal) => unknown; // the table pairs the two
    return handler(checked.value, signal);
  }

  return {
    send: (name, data) => post({ event: name, data }),
    dispose() {
      isDisposed = true;
      subscription.dispose();
      abandonAll();
    },
  };
}

export interface Client extends Disposable {
  /** Asks the host. Rejects with a `CallError`, at the latest after the time limit. */
  call<M extends Method>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Reply<M>>;
  on<E extends HostEventName>(name: E, listener: (data: HostEvents[E]) => void): Disposable;
}

export interface ClientOptions {
  readonly timers: Timers;
  readonly timeoutMs: number;
  readonly report: Report;
}

interface Pending {
  settle(frame: { readonly ok: unknown } | { readonly error: CallError }): void;
}

/** The calling end. Replies and events are checked as requests are on the other side. */
export function connect(port: FramePort, options: ClientOptions): Client {
  const owned = new DisposableStore();
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Emitter<unknown>>();
  let lastId = 0;
  let isClosed = false;

  owned.add(port.onFrame(receive));
  port.post({ hello: true });
  owned.add(
    disposable(() => {
      isClosed = true;
      for (const entry of [...pending.values()]) entry.settle({ error: new CallError("closed", t("The panel was closed.")) });
    }),
  );

  function receive(frame: unknown): void {
    const good = check(okFrame, frame);
    if (good.ok && typeof frame === "object" && frame !== null && "ok" in frame) {
      pending.get(good.value.id)?.settle({ ok: good.value.ok });
      return;
    }
    const bad = check(errorFrame, frame);
    if (bad.ok) {
      pending.get(bad.value.id)?.settle({ error: new CallError(bad.value.error.code, bad.value.error.message) });
      return;
    }
    const event = check(eventFrame, frame);
    if (event.ok) deliver(event.value.event, event.value.data);
    else options.report(`Dropped a malformed frame: ${describeCheckError(event.error)}`);
  }

  function deliver(name: string, data: unknown): void {
    if (!Object.hasOwn(hostEvents, name)) return options.report(`Dropped an unknown event ${name}`);
    const checked = check(hostEvents[name as HostEventName] as Check<unknown>, data);
    if (!checked.ok) return options.report(`Dropped a malformed ${name}: ${describeCheckError(checked.error)}`);
    listeners.get(name)?.fire(checked.value);
  }

  function call<M extends Method>(method: M, params: Params<M>, signal?: AbortSignal): Promise<Reply<M>> {
    return new Promise((resolve, reject) => {
      if (isClosed) return reject(new CallError("closed", t("The panel was closed.")));
      if (signal?.aborted === true) return reject(new CallError("cancelled", t("Cancelled.")));
      const id = ++lastId;
      const cleanup = new DisposableStore();
      const settle: Pending["settle"] = (frame) => {
        pending.delete(id);
        cleanup.dispose();
        if ("error" in frame) return reject(frame.error);
        const reply = check(calls[method].result as Check<Reply<M>>, frame.ok);
        if (reply.ok) resolve(reply.value);
        else reject(new CallError("badReply", `${method}: ${describeCheckError(reply.error)}`));
      };
      const giveUp = (code: "timeout" | "cancelled", message: string): void => {
        settle({ error: new CallError(code, message) });
        port.post({ cancel: id });
      };
      pending.set(id, { settle });
      cleanup.add(options.timers.after(options.timeoutMs, () => giveUp("timeout", t("Cairn did not answer in time. Try again, or reload the window."))));
      if (signal !== undefined) {
        const onAbort = (): void => giveUp("cancelled", t("Cancelled."));
        signal.addEventListener("abort", onAbort);
        cleanup.add(disposable(() => signal.removeEventListener("abort", onAbort)));
      }
      try {
        port.post({ id, method, params });
      } catch (error) {
        settle({ error: new CallError("failed", `${method} could not be sent: ${describeError(error)}`) });
      }
    });
  }

  return {
    call,
    on(name, listener) {
      const emitter = listeners.get(name) ?? new Emitter<unknown>((error) => options.report(`A listener of ${name} failed: ${describeError(error)}`));
      listeners.set(name, emitter);
      return emitter.on(listener as (data: unknown) => void); // deliver() checked the data by the same name
    },
    dispose: () => owned.dispose(),
  };
}
