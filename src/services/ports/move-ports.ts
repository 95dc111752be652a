import { transportOf } from "./port-wishes.ts";

/** A declared port and the one it got on this machine; a ServicePort is one. */
export interface MovedPort {
  readonly declared: number;
  readonly port: number;
  readonly protocol: string;
}

/** The ways to write this machine in an address: localhost, its loopback addresses, and "every address". */
const HOST = String.raw`localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|\[::\]`;
/** `postgresql://mia:secret@`; not after a slash: there it is in the path of another address, whose localhost is not ours. */
const SCHEME = String.raw`(?<![\w+.\-/])([a-z][a-z0-9+.-]*):\/\/(?:[^\s/?#@"']*@)?`;
const BEFORE = String.raw`^|[\s"'\`=,;|(\[{<>]`;
/** Not a part of a longer number or word, and not a range ("8000-8010"). Without a number only what ends an address's host. */
const AFTER = String.raw`:(\d{1,5})(?![\w@]|-\d)|(?![\w.:\-@])`;
const LOCAL = new RegExp(`(${SCHEME}|${BEFORE})(${HOST})(?:${AFTER})`, "gim");

const USUAL_PORTS: Readonly<Record<string, number>> = { http: 80, ws: 80, https: 443, wss: 443 };

/**
 * A text (an address of a health check or of an MCP server, an argument, a variable) with the ports of one plugin where they are on
 * this machine. Only after localhost, 127.0.0.1, 0.0.0.0, [::1] and [::], with or without a scheme; `http://localhost/` means
 * port 80. Other hosts keep their ports. All ports are moved at once, so two may change places. Of a number that is declared for TCP and UDP,
 * it is the TCP port that is meant.
 */
export function movePorts(text: string, moved: readonly MovedPort[]): string {
  const udpFirst = moved.toSorted((a, b) => rank(a) - rank(b));
  const ports = new Map(udpFirst.map(({ declared, port }) => [declared, port]));
  return text.replace(LOCAL, (all, before: string, scheme: string | undefined, host: string, written?: string) => {
    const declared = written === undefined ? USUAL_PORTS[scheme?.toLowerCase() ?? ""] : Number(written);
    const port = declared === undefined ? undefined : ports.get(declared);
    return port === undefined || port === declared ? all : `${before}${host}:${port}`;
  });
}

function rank({ protocol }: MovedPort): number {
  return transportOf(protocol) === "udp" ? 0 : 1;
}
