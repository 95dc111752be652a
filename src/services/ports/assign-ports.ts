import type { Problem } from "../../core/errors.ts";
import { conflictsOf, type PortConflict } from "./port-conflicts.ts";
import { freePort, type FreePortOptions } from "./free-port.ts";
import { readWishes, transportOf, type PluginPorts, type Transport, type WishedPort } from "./port-wishes.ts";

/** The shape of a ServicePort, with whose it is. */
export interface PortAssignment {
  readonly plugin: string;
  readonly declared: number;
  readonly port: number;
  readonly name?: string;
  readonly protocol: string;
}

/** What was assigned earlier on this machine; each port once for a protocol, the latest last. */
export type RememberedPort = Pick<PortAssignment, "plugin" | "declared" | "port" | "protocol">;

export interface PortRequest {
  /** In the order of the manifest. */
  readonly plugins: readonly PluginPorts[];
  readonly remembered: readonly RememberedPort[];
  /** Whether nobody listens there now; see isFreeNow. Asked only about ports for `auto` that are not remembered. */
  readonly isFree: (port: number, transport: Transport) => Promise<boolean>;
  /** See ephemeralRange. */
  readonly ephemeral?: FreePortOptions["ephemeral"];
}

export interface PortPlan {
  /** One for each declared port, in the order of the manifest; one for all entries of a plugin that are the same socket. */
  readonly assignments: readonly PortAssignment[];
  /** Ports that several want. Their assignments are in `assignments` all the same. */
  readonly conflicts: readonly PortConflict[];
  /** Wishes that cannot be followed: names of no port, numbers that are no port. */
  readonly problems: readonly Problem[];
}

/**
 * Which port every plugin gets on this machine. Depends on nothing but the request, and asks `isFree` one port after the other.
 *
 * A number in the manifest, and a declared port of which the manifest says nothing, is what it is. `auto` keeps the port it
 * was given earlier; else it is the declared port, if nobody else wants it and it is free; else the next free one (see
 * candidatePorts) that nobody declares. Ports are given to `auto` in the order of the manifest; in all else the order does
 * not matter. What is remembered is never moved: a number that meets it is a conflict. Everything that is assigned should be
 * remembered, so that a service that runs where it was declared stays there when the manifest turns to `auto`.
 * TCP and UDP do not get into each other's way.
 * @throws AtkError E_PORT when no port is left.
 */
export async function assignPorts(request: PortRequest): Promise<PortPlan> {
  const { ports, problems } = readWishes(request.plugins);
  const remembered = recall(request.remembered, ports);
  const settled = new Map<WishedPort, number>();
  for (const port of ports) {
    const number = port.wish === "auto" ? remembered.get(port) : port.wish;
    if (number !== undefined) settled.set(port, number);
  }
  const conflicts = conflictsOf(settled);
  for (const port of ports) {
    if (!settled.has(port)) settled.set(port, await choose(port, { ports, settled, request }));
  }
  const assignments = ports.map((port) => toAssignment(port, settled.get(port) ?? port.declared));
  return { assignments, conflicts, problems };
}

/** Of two that remember one port the later has it: the other one was away when it was given. */
function recall(remembered: readonly RememberedPort[], ports: readonly WishedPort[]): ReadonlyMap<WishedPort, number> {
  const autos = ports.filter(({ wish }) => wish === "auto");
  const holders = new Map<string, WishedPort>();
  const numbers = new Map<WishedPort, number>();
  for (const { plugin, declared, protocol, port: number } of remembered) {
    const transport = transportOf(protocol);
    const isIt = (each: WishedPort) =>
      each.plugin === plugin && each.declared === declared && each.transport === transport;
    const port = autos.find(isIt);
    if (port === undefined) continue;
    const earlier = holders.get(`${number}/${transport}`);
    if (earlier !== undefined && numbers.get(earlier) === number) numbers.delete(earlier);
    holders.set(`${number}/${transport}`, port);
    numbers.set(port, number);
  }
  return numbers;
}

interface Situation {
  readonly ports: readonly WishedPort[];
  readonly settled: ReadonlyMap<WishedPort, number>;
  readonly request: PortRequest;
}

async function choose(port: WishedPort, { ports, settled, request }: Situation): Promise<number> {
  const { transport, declared } = port;
  const sameTransport = ports.filter((each) => each.transport === transport);
  const given = new Set(sameTransport.flatMap((each) => settled.get(each) ?? []));
  const isFree = (number: number) => request.isFree(number, transport);
  if (!given.has(declared) && (await isFree(declared))) return declared;
  const taken = new Set([...given, ...sameTransport.map((each) => each.declared)]);
  const { ephemeral } = request;
  return freePort(declared, taken, { isFree, ...(ephemeral === undefined ? {} : { ephemeral }) });
}

function toAssignment({ plugin, declared, name, protocol }: WishedPort, port: number): PortAssignment {
  return { plugin, declared, port, protocol, ...(name === undefined ? {} : { name }) };
}
