import { AtkError } from "../../core/errors.ts";
import type { ReadHost } from "../../core/host.ts";
import { candidatePorts, type PortRange } from "./candidate-ports.ts";
import { portState } from "./port-state.ts";
import type { Transport } from "./port-wishes.ts";

export interface FreePortOptions {
  /** Default: nobody listens there now, see portState. */
  readonly isFree?: (port: number) => Promise<boolean>;
  /** Where the system takes ports for outgoing connections. Default: 32768 to 60999, Linux's own. */
  readonly ephemeral?: PortRange;
}

/** (Documentation/networking/ip-sysctl.rst, ip_local_port_range) */
const LINUX_DEFAULT: PortRange = [32_768, 60_999];

/**
 * The best free port in place of `from`: the next one above it that is not in `taken`, see candidatePorts. The same machine in the same
 * state gives the same port. Nothing is reserved: it may be taken in the next moment.
 * @throws AtkError E_PORT when there is none.
 */
export async function freePort(
  from: number,
  taken: ReadonlySet<number>,
  { isFree = (port) => isFreeNow(port), ephemeral = LINUX_DEFAULT }: FreePortOptions = {},
): Promise<number> {
  for (const port of candidatePorts(from, ephemeral)) if (!taken.has(port) && (await isFree(port))) return port;
  throw new AtkError("E_PORT", `no free port was found in place of ${from}`, {
    hint: "stop what listens on this machine",
  });
}

/** `isFree` of the real machine, for freePort and assignPorts. */
export async function isFreeNow(port: number, transport?: Transport): Promise<boolean> {
  return (await portState(port, transport)) === "free";
}

/** The range of this machine: read on Linux; elsewhere, and where it is not told, IANA's, from which macOS and Windows take theirs. */
export async function ephemeralRange({ files, machine }: ReadHost): Promise<PortRange> {
  if (machine.platform !== "linux") return [49_152, 65_535];
  const bytes = await files.read("/proc/sys/net/ipv4/ip_local_port_range").catch(() => undefined);
  const [, first, last] = /^(\d+)\s+(\d+)\s*$/.exec(new TextDecoder().decode(bytes)) ?? [];
  return first === undefined || last === undefined ? LINUX_DEFAULT : [Number(first), Number(last)];
}
