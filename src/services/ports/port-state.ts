import { connect } from "node:net";
import { isOwnEcho } from "../health/probe-tcp.ts";
import type { Transport } from "./port-wishes.ts";
import { tryListening, tryReceiving } from "./try-listening.ts";

/** privileged: the system lets this user not listen there (below 1024 on Unix; reserved ranges on Windows), and nobody answers. */
export type PortState = "free" | "taken" | "privileged";

/**
 * Whether somebody could listen on a port (1 to 65535) of this machine now.
 *
 * It is tried: for a moment it is listened on every kind of address, one after the other, and released at once. That is the only
 * question whose answer is the same as the one the service will get, and no trace of it is left (who never accepted a connection
 * leaves none in TIME_WAIT). One address is not enough: a server on ::1 does not keep anybody from 127.0.0.1; and on macOS and
 * Windows one on 0.0.0.0 does not either. Where nothing was met, connecting has a say too: traffic may be led away from a port on which
 * nobody listens (containers' forwarding rules).
 *
 * Ask before a service is started, not while it starts: in that moment it could find its own port taken.
 * An address the machine does not have is passed over.
 */
export function portState(port: number, transport: Transport = "tcp"): Promise<PortState> {
  const key = `${port}/${transport}`;
  const known = asking.get(key);
  if (known !== undefined) return known;
  const state = ask(port, transport).finally(() => asking.delete(key));
  asking.set(key, state);
  return state;
}

/** Two that ask at the same time would meet each other. */
const asking = new Map<string, Promise<PortState>>();

const ADDRESSES = ["127.0.0.1", "0.0.0.0", "::1", "::"] as const;

async function ask(port: number, transport: Transport): Promise<PortState> {
  const attempt = transport === "tcp" ? tryListening : tryReceiving;
  let isPrivileged = false;
  for (const address of ADDRESSES) {
    const code = await attempt(port, address);
    if (code === "EADDRINUSE") return "taken";
    if (code === "EACCES" || code === "EPERM") isPrivileged = true;
  }
  if (transport === "tcp" && (await isAnswered(port))) return "taken";
  return isPrivileged ? "privileged" : "free";
}

const CONNECT_LIMIT_MS = 300;

async function isAnswered(port: number): Promise<boolean> {
  const answers = await Promise.all(["127.0.0.1", "::1"].map((host) => isAnsweredAt(port, host)));
  return answers.includes(true);
}

function isAnsweredAt(port: number, host: string): Promise<boolean> {
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
