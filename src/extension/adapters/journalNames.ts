/** Streams are names of ours, but a part of them comes from elsewhere: a chat's id from a webview, a feed's line. */
const STREAM_NAME = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/;

export function isStream(name: string): boolean {
  return STREAM_NAME.test(name);
}

/** The name itself. Throws RangeError on one that could lead elsewhere than to a journal. */
export function checkStream(stream: string): string {
  if (!isStream(stream)) throw new RangeError(`“${stream.slice(0, 100)}” cannot be a journal's name: letters, digits, - and _ in parts between slashes.`);
  return stream;
}
