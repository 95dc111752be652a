import { closest, distance } from "fastest-levenshtein";
import type { Problem } from "../../core/errors.ts";

/** As in a plugin's description. */
export interface DeclaredPort {
  readonly port: number;
  readonly name?: string;
  readonly protocol: string;
}

/** What a plugin declares, and what the manifest wishes: by a port's name, or by its declared number as text. */
export interface PluginPorts {
  readonly plugin: string;
  readonly ports: readonly DeclaredPort[];
  readonly wishes: Readonly<Record<string, PortWish>>;
}

export type PortWish = number | "auto";
export type Transport = "tcp" | "udp";

/** One socket of a plugin. Without a wish in the manifest it is its declared number that is wished. */
export interface WishedPort {
  readonly plugin: string;
  readonly declared: number;
  readonly name?: string;
  readonly protocol: string;
  readonly transport: Transport;
  readonly wish: PortWish;
}

/** Every protocol of a plugin.yaml but udp runs over TCP: http, grpc, tcp, ... */
export function transportOf(protocol: string): Transport {
  return /^udp$/i.test(protocol) ? "udp" : "tcp";
}

export function readWishes(plugins: readonly PluginPorts[]): {
  readonly ports: readonly WishedPort[];
  readonly problems: readonly Problem[];
} {
  const problems = plugins.flatMap((plugin) =>
    Object.entries(plugin.wishes).flatMap((wish) => problemOf(wish, plugin)),
  );
  return { ports: plugins.flatMap(socketsOf), problems };
}

type Wish = readonly [key: string, wish: PortWish];

function isMeant(key: string, { name, port }: DeclaredPort): boolean {
  return key === name || key === String(port);
}

/** A number and a protocol are declared twice when one socket has two names; the first gives the name, each may be wished by. */
function socketsOf({ plugin, ports, wishes }: PluginPorts): readonly WishedPort[] {
  const sockets = new Map<string, WishedPort>();
  for (const { port: declared, name, protocol } of ports) {
    const transport = transportOf(protocol);
    const key = `${declared}/${transport}`;
    if (sockets.has(key)) continue;
    const entries = ports.filter((each) => each.port === declared && transportOf(each.protocol) === transport);
    const [, wish = declared] =
      Object.entries(wishes).find(([key]) => entries.some((each) => isMeant(key, each))) ?? [];
    const named = name === undefined ? {} : { name };
    sockets.set(key, { plugin, declared, ...named, protocol, transport, wish: isPort(wish) ? wish : declared });
  }
  return [...sockets.values()];
}

function isPort(wish: PortWish): boolean {
  return wish === "auto" || (Number.isInteger(wish) && wish >= 1 && wish <= 65_535);
}

function problemOf([key, wish]: Wish, { plugin, ports, wishes }: PluginPorts): readonly Problem[] {
  const meant = ports.filter((port) => isMeant(key, port));
  if (meant.length === 0) return [{ message: `${plugin} has no port \`${key}\``, hint: hintFor(key, ports) }];
  if (!isPort(wish)) {
    return [{ message: `${plugin}: port \`${key}\` cannot be ${wish}`, hint: "a number from 1 to 65535, or auto" }];
  }
  const other = Object.entries(wishes).find(
    ([name, number]) => number !== wish && ports.some((port) => isMeant(name, port) && meant.some(isSameSocket(port))),
  );
  // Told once, by the later of the two.
  const isLater = other !== undefined && Object.keys(wishes).indexOf(other[0]) < Object.keys(wishes).indexOf(key);
  if (!isLater) return [];
  const message = `${plugin}: \`${other[0]}\` and \`${key}\` are one port and cannot be ${other[1]} and ${wish}`;
  return [{ message, hint: `leave out \`${key}\`` }];
}

function isSameSocket(one: DeclaredPort): (other: DeclaredPort) => boolean {
  return (other) => other.port === one.port && transportOf(other.protocol) === transportOf(one.protocol);
}

function hintFor(key: string, ports: readonly DeclaredPort[]): string {
  const names = ports.flatMap(({ name, port }) => [...(name === undefined ? [] : [name]), String(port)]);
  if (names.length === 0) return "it declares no ports";
  const near = closest(key.toLowerCase(), names);
  const isNear = distance(key.toLowerCase(), near) <= Math.max(key.length, near.length) / 2;
  return isNear ? `did you mean \`${near}\`?` : `its ports: ${names.join(", ")}`;
}
