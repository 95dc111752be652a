import { AtkError, type Problem } from "../../core/errors.ts";
import type { PortPlan } from "./assign-ports.ts";
import type { WishedPort } from "./port-wishes.ts";

/** A port that several want; `plugins` in the order of the manifest, each once. */
export interface PortConflict {
  readonly port: number;
  readonly plugins: readonly string[];
  /** One edit of the manifest that mends it. */
  readonly hint: string;
}

export function conflictsOf(settled: ReadonlyMap<WishedPort, number>): readonly PortConflict[] {
  const groups = new Map<string, { readonly port: number; readonly claims: WishedPort[] }>();
  for (const [claim, port] of settled) {
    const key = `${port}/${claim.transport}`;
    const group = groups.get(key) ?? { port, claims: [] };
    groups.set(key, group);
    group.claims.push(claim);
  }
  return [...groups.values()]
    .filter(({ claims }) => claims.length > 1)
    .map(({ port, claims }) => ({
      port,
      plugins: [...new Set(claims.map(({ plugin }) => plugin))],
      hint: hintFor(claims),
    }));
}

/** Who came last moves; a port that is `auto` was there before and has nothing to change. */
function hintFor(claims: readonly WishedPort[]): string {
  const { plugin, name, declared } = claims.findLast(({ wish }) => wish !== "auto") ?? claims[0] ?? NOBODY;
  return `in atk.yaml, give ${plugin} another port: ports: { ${name ?? `"${declared}"`}: auto }`;
}

const NOBODY = { plugin: "one of them", name: undefined, declared: 0 };

/** @throws AtkError E_MANIFEST for wishes that cannot be followed, else E_PORT for conflicts; all of them are in `problems`. */
export function checkPortPlan({ problems, conflicts }: PortPlan): void {
  const [problem] = problems;
  if (problem !== undefined) throw failure("E_MANIFEST", problem, problems);
  const all = conflicts.map(({ port, plugins, hint }) => ({ message: conflictMessage(port, plugins), hint }));
  const [first] = all;
  if (first !== undefined) throw failure("E_PORT", first, all);
}

/** One problem is the message itself; of several each has its own line. */
function failure(code: "E_MANIFEST" | "E_PORT", first: Problem, all: readonly Problem[]): AtkError {
  if (all.length === 1) return new AtkError(code, first.message, { hint: first.hint });
  return new AtkError(code, first.message, { hint: first.hint, problems: all });
}

function conflictMessage(port: number, plugins: readonly string[]): string {
  const [only] = plugins;
  if (plugins.length === 1) return `${only} wants port ${port} twice`;
  return `${plugins.slice(0, -1).join(", ")} and ${plugins.at(-1)} want the same port ${port}`;
}
