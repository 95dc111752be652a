import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach } from "vitest";

interface Closing {
  readonly server: Server;
  readonly sockets: Set<Socket>;
}

const open: Closing[] = [];

afterEach(async () => {
  for (const { server, sockets } of open.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  }
});

/** Listens on a port that the system chooses, and is closed after the test; gives the port. */
export async function listen(server: Server, host = "127.0.0.1"): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket.on("error", () => {})));
  open.push({ server, sockets });
  await new Promise<void>((done, failed) => server.once("error", failed).listen(0, host, done));
  return (server.address() as AddressInfo).port;
}

/** Gives the address of an HTTP server, without a slash at its end. */
export async function listenHttp(answer: RequestListener, host = "127.0.0.1"): Promise<string> {
  const port = await listen(createServer(answer), host);
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

export function listenTcp(onConnection: (socket: Socket) => void = () => {}, host = "127.0.0.1"): Promise<number> {
  return listen(createTcpServer(onConnection), host);
}

/** A port that was just free: nothing listens there. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
