/** The journal stream that says which chats were removed for good. */
export const TOMBSTONES = "tombstones";

/** The journal stream of a chat, spread over folders by the end of its id. */
export function streamOf(chatId: string): string {
  return `chats/${chatId.slice(-2).toLowerCase()}/${chatId}`;
}

/** The chat whose stream it is. */
export function chatOf(stream: string): string {
  return stream.slice(stream.lastIndexOf("/") + 1);
}
