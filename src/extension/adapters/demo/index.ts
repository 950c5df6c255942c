import { createDemoResponder, demoModels, type DemoOptions } from "./demoModel";
import { startMessagesServer, type MessagesServer } from "./messagesServer";

/**
 * Starts the demo model: a Messages API server on a free loopback port that answers only to the given key and
 * plays scripted answers about the sample workspace. The caller owns it and closes it.
 * @param token the key that clients must present, made anew for each start
 */
export function startDemo(token: string, options: DemoOptions = {}): Promise<MessagesServer> {
  return startMessagesServer({ responder: createDemoResponder(options), models: () => demoModels, token });
}
