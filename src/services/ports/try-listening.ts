import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import { codeOf } from "../health/connect-fault.ts";

/** Listens on one address for a moment. The error's code, or undefined when it could be done. */
export function tryListening(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error) => resolve(codeOf(error)));
    server.listen({ port, host, ipv6Only: true, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/** The same for UDP. */
export function tryReceiving(port: number, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const isVersion6 = address.includes(":");
    const socket = createSocket(isVersion6 ? { type: "udp6", ipv6Only: true } : { type: "udp4" });
    socket.once("error", (error) => {
      resolve(codeOf(error));
      socket.close();
    });
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(undefined)));
  });
}
