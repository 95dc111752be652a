import type { Manifest, When } from "./manifest.ts";
import { isSame } from "./match-when.ts";
import { escapeKey, where } from "./pointer-text.ts";
import { quote } from "./quote.ts";
import { didYouMean } from "./suggest.ts";

export interface MachineRemark {
  readonly pointer: string;
  readonly message: string;
  readonly hint: string;
}

/**
 * Names of `machines` and `when: { machine }` that mean nothing: they change nothing anywhere, so they are said and refuse nothing.
 * `ownName` is the name of this machine, which needs no entry.
 */
export function machineRemarks(manifest: Manifest, ownName: string): readonly MachineRemark[] {
  const plugins = manifest.plugins.map(({ name }) => name);
  const servers = Object.keys(manifest.servers);
  return [
    ...manifest.machines.flatMap((entry) => [
      ...unknownEntries(Object.keys(entry.plugins), plugins, { noun: "plugin", at: sectionOf(entry.name, "plugins") }),
      ...unknownEntries(Object.keys(entry.servers), servers, {
        noun: "server",
        at: sectionOf(entry.name, "mcp_servers"),
      }),
    ]),
    ...conditionsOf(manifest).flatMap(({ pointer, when }) => unknownMachines(when, pointer, manifest, ownName)),
  ];
}

function sectionOf(machine: string, section: string): string {
  return `/machines/${escapeKey(machine)}/${section}`;
}

function unknownEntries(
  names: readonly string[],
  known: readonly string[],
  { noun, at }: { readonly noun: string; readonly at: string },
): readonly MachineRemark[] {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const pointer = `${at}/${escapeKey(name)}`;
      const message = `${where(pointer)}: the manifest has no ${noun} ${quote(name)}, so this changes nothing`;
      return { pointer, message, hint: didYouMean(name, known) ?? `known: ${known.join(", ") || "none"}` };
    });
}

interface Condition {
  readonly pointer: string;
  readonly when: When | undefined;
}

function conditionsOf(manifest: Manifest): readonly Condition[] {
  const { plugins, servers, skills, instructions, backups, sync } = manifest;
  const listed = (section: string, entries: readonly { readonly when?: When }[]): readonly Condition[] =>
    entries.map(({ when }, index) => ({ pointer: `/${section}/${index}/when/machine`, when }));
  const named = (
    section: string,
    entries: readonly (readonly [string, { readonly when?: When }])[],
  ): readonly Condition[] =>
    entries.map(([name, { when }]) => ({ pointer: `/${section}/${escapeKey(name)}/when/machine`, when }));
  return [
    ...listed("plugins", plugins),
    ...named("mcp_servers", Object.entries(servers)),
    ...listed("skills", skills),
    ...listed("instructions", instructions),
    ...named(
      "backups",
      backups.map((entry) => [entry.name, entry] as const),
    ),
    { pointer: "/sync/when/machine", when: sync?.when },
  ];
}

function unknownMachines(
  when: When | undefined,
  pointer: string,
  { machines }: Manifest,
  ownName: string,
): readonly MachineRemark[] {
  const known = [...machines.map(({ name }) => name), ownName];
  return (when?.machine ?? [])
    .filter((name) => !known.some((other) => isSame(name, other)))
    .map((name) => {
      const message = `${where(pointer)}: no machine ${quote(name)} is in \`machines\`, and this one is ${quote(ownName)}`;
      const hint =
        didYouMean(name, known) ?? `when it is the name of another machine, add to \`machines\`: ${name}: {}`;
      return { pointer, message, hint };
    });
}
