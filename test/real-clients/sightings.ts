import type { ProgramId } from "./programs.ts";
import { runClient, type Output, type Scratch } from "./scratch.ts";

/** What a client says of a server, by the server's id. */
export type Sighting = "connected" | "read" | "waiting" | "failed";
export type Sightings = Readonly<Record<string, Sighting>>;

interface Witness {
  readonly args: readonly string[];
  /** Whether its command really speaks to the servers. */
  readonly connects: boolean;
  read(output: Output): Sightings;
}

/** The clients' own commands that list servers without an account. */
export const WITNESSES = {
  "claude-code": {
    args: ["mcp", "list"],
    connects: true,
    read: ({ text }) => fromLines(text, /^(\S+): .* - (.*)$/),
  },
  "gemini-cli": {
    args: ["mcp", "list"],
    connects: true,
    read: ({ text }) => fromLines(text, /^\S+ (\S+): .* - (.*)$/),
  },
  "qwen-code": {
    args: ["mcp", "list"],
    connects: true,
    read: ({ text }) => fromLines(text, /^\S+ (\S+): .* - (.*)$/),
  },
  opencode: {
    args: ["mcp", "list"],
    connects: true,
    read: ({ text }) => fromLines(text, /^●\s+\S+ (\S+) (.*)$/),
  },
  kilo: {
    args: ["mcp", "list"],
    connects: true,
    read: ({ text }) => fromLines(text, /^●\s+\S+ (\S+) (.*)$/),
  },
  droid: {
    args: ["mcp", "list"],
    connects: true,
    read: ({ text }) => fromLines(text, /^\s+(\S+)\s+\S+\s+(connected|.*)\s+\[\w+\]$/),
  },
  codex: {
    args: ["mcp", "list", "--json"],
    connects: false,
    read: ({ stdout }) => named((JSON.parse(stdout) as Named[]).map(({ name }) => name)),
  },
  amp: {
    args: ["mcp", "list", "--json"],
    connects: false,
    read: ({ stdout }) => named((JSON.parse(stdout) as Named[]).map(({ name }) => name)),
  },
  auggie: {
    args: ["mcp", "list", "--json"],
    connects: false,
    read: ({ stdout }) => named((JSON.parse(stdout) as { servers: Named[] }).servers.map(({ name }) => name)),
  },
  "copilot-cli": {
    args: ["mcp", "list", "--json"],
    connects: false,
    read: ({ stdout }) => named(Object.keys((JSON.parse(stdout) as { mcpServers: object }).mcpServers)),
  },
} as const satisfies Partial<Record<ProgramId, Witness>>;

export type WitnessId = keyof typeof WITNESSES;

interface Named {
  readonly name: string;
}

/** What the client sees; a client that connects is asked again for a while, as some say "connecting" at first. */
export async function look(
  id: WitnessId,
  scratch: Scratch,
): Promise<{ readonly seen: Sightings; readonly output: Output }> {
  const witness: Witness = WITNESSES[id];
  for (let attempt = 1; ; attempt += 1) {
    const output = await runClient(id, witness.args, scratch);
    const seen = witness.read(output);
    if (attempt === 3 || !Object.values(seen).includes("failed")) return { seen, output };
  }
}

function fromLines(text: string, line: RegExp): Sightings {
  const found = text.split("\n").flatMap((each) => {
    const [, name, state] = line.exec(each.trimEnd()) ?? [];
    return name === undefined || state === undefined ? [] : [[name, sighting(state)] as const];
  });
  return Object.fromEntries(found);
}

function sighting(state: string): Sighting {
  if (/\bconnected\b/i.test(state) && !/not connected|disconnected/i.test(state)) return "connected";
  return /pending|approv|disabled/i.test(state) ? "waiting" : "failed";
}

function named(names: readonly string[]): Sightings {
  return Object.fromEntries(names.map((name) => [name, "read"]));
}
