import { connect } from "node:net";
import { connectFault } from "./connect-fault.ts";
import { failed, WELL, type HealthCheck, type ProbeOutcome } from "./health-check.ts";
import { REACHING } from "./reaching.ts";
import type { TimeLimit } from "./time-limit.ts";

type TcpCheck = Extract<HealthCheck, { kind: "tcp" }>;

/** Well when a connection is accepted; nothing is sent. */
export async function probeTcp({ host = "localhost", port }: TcpCheck, limit: TimeLimit): Promise<ProbeOutcome> {
  if (!/^[\w.:%-]+$/.test(host)) return failed("unclear", "the host to connect to is not a name or an address");
  const where = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal: limit.signal, ...REACHING });
    const done = (outcome: ProbeOutcome): void => {
      resolve(outcome);
      socket.destroy();
    };
    socket
      .once("connect", () => done(isOwnEcho(socket) ? failed("down", `nothing listens on ${where}`) : WELL))
      .on("error", (error) =>
        done(
          limit.signal.aborted
            ? limit.over(`${where} did not accept a connection`, "unclear")
            : connectFault(error, where),
        ),
      );
  });
}

interface Ends {
  readonly localPort?: number | undefined;
  readonly remotePort?: number | undefined;
}

/**
 * A connection to oneself. When nothing listens on a port of the range that outgoing connections are given, the system may
 * give a connection that very port, and then it meets itself. (RFC 9293, 3.5: simultaneous open)
 */
export function isOwnEcho({ localPort, remotePort }: Ends): boolean {
  return localPort !== undefined && localPort === remotePort;
}
