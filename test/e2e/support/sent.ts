import type { RecordedRequest } from "../../support/scriptedServer";

/** What a turn's request says: its model, and the conversation as `role: text`, one line a message, the parts of one joined by ` + `. */
export function sentTurn({ body }: Pick<RecordedRequest, "body">): { readonly model: string; readonly messages: readonly string[] } {
  const { model, messages } = body as { model: string; messages: readonly { role: string; content: readonly { text: string }[] }[] }; // the server has checked it
  return { model, messages: messages.map(({ role, content }) => `${role}: ${content.map((part) => part.text).join(" + ")}`) };
}
