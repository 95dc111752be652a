/** First and last port of a range. */
export type PortRange = readonly [first: number, last: number];

const FIRST = 1_024;
const LAST = 65_535;

/**
 * Ports on which no web client connects, so an MCP server moved to one of them could not be reached by an address.
 * (Fetch standard, "bad port"; those above 1023)
 */
const REFUSED_BY_CLIENTS: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10_080,
]);

/**
 * Ports to take in place of `from`, best first: those above it, then from 1024 up to it; the range from which the system gives
 * ports to outgoing connections comes last, since any of them can be taken at any moment. Never below 1024, never `from` itself.
 */
export function* candidatePorts(from: number, ephemeral: PortRange): Generator<number> {
  const isEphemeral = (port: number) => port >= ephemeral[0] && port <= ephemeral[1];
  const isUsable = (port: number) => port !== from && !REFUSED_BY_CLIENTS.has(port);
  for (const wanted of [false, true]) {
    for (const port of circle(from)) if (isUsable(port) && isEphemeral(port) === wanted) yield port;
  }
}

function* circle(from: number): Generator<number> {
  const start = Math.max(from + 1, FIRST);
  for (let port = start; port <= LAST; port += 1) yield port;
  for (let port = FIRST; port < Math.min(start, LAST + 1); port += 1) yield port;
}
