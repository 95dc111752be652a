import { movePorts, type MovedPort } from "./move-ports.ts";

export interface NamedPort extends MovedPort {
  readonly name?: string;
}

interface DefaultedVariable {
  readonly name: string;
  readonly default?: string;
}

/**
 * What a plugin's processes are told about its ports:
 * - each declared variable whose default names a port that was moved, with the port it has now: a default that is exactly the declared number
 *   ("8787"), or that holds an address of this machine with it ("http://localhost:8787/api", see movePorts);
 * - for each port ATK_PORT_NAME, or ATK_PORT_8787 (the declared number) for a port without a name, moved or not. Names are written in capitals,
 *   with _ for all but letters and digits; of two that are written alike the first has it.
 *
 * They take the place of the defaults only: a value from the manifest or from .env says what its author wanted, and is used as it is.
 */
export function portVariables(
  variables: readonly DefaultedVariable[],
  ports: readonly NamedPort[],
): Readonly<Record<string, string>> {
  const told = new Map<string, string>();
  for (const { name, declared, port } of ports) {
    const key = `ATK_PORT_${variableName(name ?? "") || declared}`;
    if (!told.has(key)) told.set(key, String(port));
  }
  for (const variable of variables) {
    const written = variable.default;
    if (written === undefined) continue;
    const value = movedValue(written, ports);
    if (value !== written) told.set(variable.name, value);
  }
  return Object.fromEntries(told);
}

function variableName(name: string): string {
  return name
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
}

/** A lone number is read as an address, so that both follow one rule. */
function movedValue(written: string, ports: readonly MovedPort[]): string {
  if (!/^[1-9]\d*$/.test(written)) return movePorts(written, ports);
  return movePorts(`localhost:${written}`, ports).replace("localhost:", "");
}
