// What most end-to-end tests stand on: a server that says what it is told to, an editor that asks it, the panel open in front.
import { answer, startScriptedServer, type ScriptedServer } from "../../support/scriptedServer";
import { openPanel, setKey, type Panel } from "./panel";
import { openWorkbench, type Workbench, type WorkbenchOptions } from "./workbench";

export interface StageOptions extends WorkbenchOptions {
  /** The key that is set before the first test; null for none. */
  readonly key?: string | null;
  /** False leaves it to the tests to open the panel. */
  readonly opensPanel?: boolean;
  /** Runs once the first window is up, before the panel opens. */
  readonly prepare?: () => void | Promise<void>;
}

/** Parts of the stage can be taken apart where `useStage` is called: each stands for what is there when it is used. */
export interface Stage {
  readonly server: ScriptedServer;
  readonly workbench: Workbench;
  readonly panel: Panel;
  /** Asks, has `text` answered, and waits until it stands there to its `lastWords` (all of it, where nothing is said) and is over. */
  exchange(question: string, text: string, lastWords?: string): Promise<void>;
  /** Opens the panel again, after a reload or whatever else took its page away. */
  reopenPanel(): Promise<void>;
  /** Makes `panel` stand for this one from now on. */
  usePanel(panel: Panel): void;
  /** Ends the server, so that nobody answers at its address any more. */
  stopServer(): Promise<void>;
  /** Puts a new server at the address of the one that was stopped. */
  restartServer(): Promise<void>;
}

/** Sets the stage for the suite in which it is called, with `cairn.baseUrl` at the server, and ends all of it after the last test. */
export function useStage({ key = "sk-test-good", opensPanel = true, prepare, settings, ...options }: StageOptions = {}): Stage {
  let server: ScriptedServer | undefined;
  let workbench: Workbench | undefined;
  let panel: Panel | undefined;
  const stage: Stage = {
    server: standIn("server", () => server),
    workbench: standIn("workbench", () => workbench),
    panel: standIn("panel", () => panel),
    async exchange(question, text, lastWords = text) {
      stage.server.enqueue(answer(text));
      await stage.panel.ask(question);
      await stage.panel.conversation.getByText(lastWords).waitFor();
      await stage.panel.send.waitFor();
    },
    reopenPanel: async () => void (panel = await openPanel(stage.workbench)),
    usePanel: (found) => void (panel = found),
    stopServer: () => stage.server.close(),
    restartServer: async () => void (server = await startScriptedServer({ port: Number(new URL(stage.server.baseUrl).port) })),
  };

  before("the stage is set", async function () {
    this.timeout(90_000);
    server = await startScriptedServer();
    workbench = await openWorkbench({ settings: { "cairn.baseUrl": server.baseUrl, ...settings }, ...options });
    await prepare?.();
    if (opensPanel) await stage.reopenPanel();
    if (key !== null) await setKey(workbench, key);
  });

  after(async () => {
    await workbench?.close();
    await server?.close();
  });

  return stage;
}

/** What is only made before the first test has its name from the start, and keeps it when another one takes its place. */
function standIn<T extends object>(name: string, current: () => T | undefined): T {
  const get = (_: unknown, property: string | symbol): unknown => {
    const object = current();
    if (object === undefined) throw new Error(`There is no ${name} yet: it is made before the first test of the suite.`);
    return Reflect.get(object, property);
  };
  return new Proxy({}, { get }) as T; // every property is that of a T
}
