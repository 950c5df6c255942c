import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describeError } from "../../../core/base/errors";
import { answerRequest, newId, type Exchange, type Service } from "./answerRequest";
import { acceptToken, type AcceptKey } from "./guard";
import { errorBody, sendFailure } from "./reply";
import type { ApiFailure } from "./wire";

export interface MessagesServerOptions extends Service {
  /** A loopback address; others are refused. Default `127.0.0.1`. */
  readonly host?: "127.0.0.1" | "::1";
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** The key that clients must present, or a check of it. Without one, any client on this machine is served. */
  readonly token?: string | AcceptKey;
}

export interface MessagesServer {
  /** What to give to the SDK as `baseURL`: `http://127.0.0.1:PORT`. */
  readonly baseUrl: string;
  /** Stops listening, aborts replies under way and closes their connections. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts a Messages API server on loopback that plays a responder's steps: streamed and whole answers, model
 * list, token count and errors, in the format of Anthropic's Messages API.
 * Rejects when the address is not loopback or cannot be listened on. The caller owns the server and closes it.
 */
export async function startMessagesServer(options: MessagesServerOptions): Promise<MessagesServer> {
  const { host = "127.0.0.1", port = 0, token } = options;
  // Checked at run time too: a host from a setting or a command line has passed no compiler.
  if (!["127.0.0.1", "::1"].includes(host)) throw new Error(`Not a loopback address: ${host}. Use 127.0.0.1 or ::1.`);
  const accept = typeof token === "function" ? token : acceptToken(token);
  const closing = new AbortController();
  const server = createServer((request, response) => {
    const exchange = { request, response, port: request.socket.localPort ?? 0, requestId: newId("req") };
    void serve(exchange, options, accept, closing.signal);
  });
  await new Promise<void>((resolve, reject) => {
    // Stays: once listening, an error (no file handle left for a connection, say) would end the process unheard.
    // It concerns that one connection, whose client sees it fail.
    server.on("error", reject);
    server.listen(port, host, resolve);
  });
  const closed = new Promise<void>((resolve) => server.once("close", resolve));
  const address = server.address() as AddressInfo; // a string for a pipe and null when closed; this is neither
  return {
    baseUrl: `http://${host === "::1" ? "[::1]" : host}:${address.port}`,
    close: () => {
      closing.abort();
      server.close();
      server.closeAllConnections();
      return closed;
    },
  };
}

/** Serves one request to its end; never rejects. */
async function serve(exchange: Exchange, service: Service, accept: AcceptKey, closing: AbortSignal): Promise<void> {
  const { response, requestId } = exchange;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  try {
    await answerRequest(exchange, service, accept, AbortSignal.any([gone.signal, closing]));
  } catch (error) {
    // The client has left, in mid-upload or in mid-answer: there is nobody to tell.
    if (response.destroyed) return;
    const failure: ApiFailure = { status: 500, type: "api_error", message: `The server failed: ${describeError(error)}` };
    if (response.headersSent) response.end(`event: error\ndata: ${JSON.stringify(errorBody(failure, requestId))}\n\n`);
    else sendFailure(response, failure, requestId);
  }
}
