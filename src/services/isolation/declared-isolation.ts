import type { Isolation, IsolationLevel } from "./isolation.ts";

/** `isolation:` as a plugin or a manifest has it, after its schema was checked. */
export interface DeclaredIsolation {
  readonly level?: IsolationLevel;
  readonly network?: Isolation["network"];
  readonly write?: readonly string[];
  /** "512MB", "1.5GB". */
  readonly memory?: string;
  readonly processes?: number;
  /** "50%", "200%". */
  readonly cpu?: string;
  readonly required?: boolean;
}

/**
 * What holds for a plugin: its own declaration, with each word of the user's manifest in the place of it. Undefined when neither
 * says anything. A declaration without a level means the sandbox.
 */
export function isolationOf(plugin?: DeclaredIsolation, manifest?: DeclaredIsolation): Isolation | undefined {
  if (plugin === undefined && manifest === undefined) return undefined;
  const {
    level = "sandbox",
    network = "allow",
    write,
    memory,
    processes,
    cpu,
    required = false,
  } = {
    ...plugin,
    ...manifest,
  };
  return {
    level,
    network,
    required,
    ...(write === undefined ? {} : { write }),
    ...(memory === undefined ? {} : { memoryBytes: sizeBytes(memory) }),
    ...(processes === undefined ? {} : { processes }),
    ...(cpu === undefined ? {} : { cpuPercent: Number.parseFloat(cpu) }),
  };
}

const UNITS: Readonly<Record<string, number>> = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

/** "512MB" as bytes; units are powers of 1024, as systemd and docker count them. */
function sizeBytes(text: string): number {
  const unit = UNITS[text.slice(-2).toUpperCase()] ?? 1;
  return Math.round(Number.parseFloat(text) * unit);
}
