import { strings } from "../strings";

/** A length of time in seconds and minutes; never none at all. */
export function duration(lengthMs: number): string {
  const seconds = Math.max(1, Math.round(lengthMs / 1000));
  return seconds < 60 ? strings.conversation.seconds(seconds) : strings.conversation.minutes(Math.floor(seconds / 60), seconds % 60);
}
