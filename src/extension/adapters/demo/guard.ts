import { timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { ApiFailure } from "./wire";

/** The largest request body the API takes. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * Refuses what a page in a browser could send: a Host that is not this server's loopback address (a name
 * rebound to 127.0.0.1), an Origin, or a fetch started by a page. The editor's own requests carry none of these.
 */
export function refuseForeign(headers: IncomingHttpHeaders, port: number): ApiFailure | undefined {
  const { host, origin, "sec-fetch-site": site = "none" } = headers;
  const isOurs = ["127.0.0.1", "localhost", "[::1]"].some((name) => host === `${name}:${port}`);
  if (isOurs && origin === undefined && site === "none") return undefined;
  const message = "Refused: this server answers programs on this machine, by its loopback address, and no web page.";
  return { status: 403, type: "permission_error", message };
}

/** Whether a presented key is good; undefined when the request carries none. */
export type AcceptKey = (key: string | undefined) => boolean;

/** Takes exactly the given token, compared in constant time; any request at all when there is no token. */
export function acceptToken(token: string | undefined): AcceptKey {
  if (token === undefined) return () => true;
  const wanted = Buffer.from(token);
  return (key) => {
    const given = Buffer.from(key ?? "");
    return given.length === wanted.length && timingSafeEqual(given, wanted);
  };
}

/** Checks the key of `Authorization: Bearer …`, which current clients send, or of `x-api-key`, which older ones do. */
export function refuseKey(headers: IncomingHttpHeaders, accept: AcceptKey): ApiFailure | undefined {
  const bearer = /^Bearer +(.+)$/i.exec(headers.authorization ?? "")?.[1];
  const older = headers["x-api-key"];
  const key = bearer ?? (typeof older === "string" && older !== "" ? older : undefined);
  if (accept(key)) return undefined;
  return { status: 401, type: "authentication_error", message: key === undefined ? "missing API key" : "invalid API key" };
}

/** Reads a request's body; a failure once it grows past the limit, with the rest thrown away unread. */
export async function readBody(request: IncomingMessage): Promise<Buffer | ApiFailure> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) return tooLarge();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    request.on("data", (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= MAX_BODY_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve(tooLarge());
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

function tooLarge(): ApiFailure {
  return {
    status: 413,
    type: "request_too_large",
    message: `The request is larger than ${MAX_BODY_BYTES} bytes.`,
    // The client may still be sending: this connection is of no further use.
    headers: { connection: "close" },
  };
}
