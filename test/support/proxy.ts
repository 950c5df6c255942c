import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface RefusingProxy {
  readonly url: string;
  /** What it answers from now on. */
  answerWith(status: 407 | 502): void;
  /** What it was asked for, such as `CONNECT gateway.invalid:443`. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

/** A proxy on loopback that lets nobody through: it answers everything with an error, 502 to begin with. */
export async function startRefusingProxy(): Promise<RefusingProxy> {
  const asked: string[] = [];
  let status: 407 | 502 = 502;
  const signIn = (): Readonly<Record<string, string>> => (status === 407 ? { "proxy-authenticate": "Basic" } : {});
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    response.writeHead(status, signIn()).end();
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url ?? ""}`);
    const headers = Object.entries({ ...signIn(), "content-length": "0" }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} No\r\n${headers.join("")}\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, // an address, since it listens on a port
    answerWith: (next) => void (status = next),
    asked,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
