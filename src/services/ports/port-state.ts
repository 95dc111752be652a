import { connect, createServer } from "node:net";
import { codeOf } from "../health/connect-fault.ts";
import { isOwnEcho } from "../health/probe-tcp.ts";

/** privileged: the system lets this user not listen there (below 1024 on Unix; reserved ranges on Windows), and nobody answers. */
export type PortState = "free" | "taken" | "privileged";

/**
 * Whether somebody could listen on a TCP port of this machine now.
 *
 * It is tried: for a moment it is listened on every kind of address, one after the other, and released at once. That is the only
 * question whose answer is the same as the one the service will get, and no trace of it is left (who never accepted a connection
 * leaves none in TIME_WAIT). One address is not enough: a server on ::1 does not keep anybody from 127.0.0.1; and on macOS and
 * Windows one on 0.0.0.0 does not either. Where nothing was met, connecting has a say too: traffic may be led away from a port on which
 * nobody listens (containers' forwarding rules).
 *
 * Ask before a service is started, not while it starts: in that moment it could find its own port taken.
 * @throws never; an address the machine does not have is passed over.
 */
export function portState(port: number): Promise<PortState> {
  const known = asking.get(port);
  if (known !== undefined) return known;
  const state = ask(port).finally(() => asking.delete(port));
  asking.set(port, state);
  return state;
}

/** Two that ask at the same time would meet each other. */
const asking = new Map<number, Promise<PortState>>();

/** Special addresses first: where only one of a pair can be listened on, either order tells. */
const ADDRESSES = ["127.0.0.1", "0.0.0.0", "::1", "::"] as const;

async function ask(port: number): Promise<PortState> {
  let isPrivileged = false;
  for (const address of ADDRESSES) {
    const code = await listenOnce(port, address);
    if (code === "EADDRINUSE") return "taken";
    if (code === "EACCES" || code === "EPERM") isPrivileged = true;
  }
  const answers = await Promise.all(["127.0.0.1", "::1"].map((host) => isAnswered(port, host)));
  if (answers.includes(true)) return "taken";
  return isPrivileged ? "privileged" : "free";
}

/** The error's code, or undefined when it could be listened. */
function listenOnce(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error) => resolve(codeOf(error)));
    server.listen({ port, host, ipv6Only: true, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

const CONNECT_LIMIT_MS = 300;

function isAnswered(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_LIMIT_MS });
    const done = (isThere: boolean): void => {
      resolve(isThere);
      socket.destroy();
    };
    socket
      .once("connect", () => done(!isOwnEcho(socket)))
      .once("timeout", () => done(false))
      .on("error", () => done(false));
  });
}
