import { join } from "node:path";
import { equal } from "../../core/json.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { Context } from "../context.ts";
import type { FoundSkill } from "./find-skills.ts";
import type { ImportEntry } from "./import-entry.ts";
import type { LeftAlone } from "./left-alone.ts";
import type { Preference } from "./group-servers.ts";

export interface DeclaredSkills {
  readonly entries: readonly ImportEntry[];
  readonly left: readonly LeftAlone[];
}

/** The same skill in several folders as one entry; where folders differ, that of most agents or of the preferred one. */
export async function declareSkills(
  found: readonly FoundSkill[],
  { manifest, prefer }: { readonly manifest: Manifest; readonly prefer: Preference["prefer"] },
  context: Context,
): Promise<DeclaredSkills> {
  const entries: ImportEntry[] = [];
  const left: LeftAlone[] = [];
  for (const name of [...new Set(found.map((skill) => skill.name))].sort()) {
    const variants = variantsOf(found.filter((skill) => skill.name === name));
    const chosen = choose(variants, prefer);
    for (const skill of variants.filter((variant) => variant !== chosen).flat()) left.push(differs(skill));
    if (chosen === undefined) continue;
    const entry = declare(name, chosen, manifest);
    const isInTheWay = entry.copyFrom !== undefined && (await isTaken(entry, context));
    if (isInTheWay || manifest.skills.some(({ path }) => path === entry.name)) left.push(...chosen.map(inTheWay));
    else entries.push(entry);
  }
  return { entries, left };
}

function variantsOf(skills: readonly FoundSkill[]): readonly (readonly FoundSkill[])[] {
  const keyOf = ({ source }: FoundSkill): string => (source.type === "link" ? `link ${source.path}` : source.integrity);
  const keys = [...new Set(skills.map(keyOf))];
  return keys.map((key) => skills.filter((skill) => keyOf(skill) === key));
}

function choose(
  variants: readonly (readonly FoundSkill[])[],
  prefer: readonly string[],
): readonly FoundSkill[] | undefined {
  const wanted = variants.filter((variant) =>
    variant.some(({ agents }) => agents.some((agent) => prefer.includes(agent))),
  );
  const most = Math.max(...variants.map((variant) => variant.length));
  const best = wanted.length > 0 ? wanted : variants.filter((variant) => variant.length === most);
  return best.length === 1 ? best[0] : undefined;
}

function declare(name: string, skills: readonly FoundSkill[], manifest: Manifest): ImportEntry {
  const agents = [...new Set(skills.flatMap((skill) => skill.agents))].sort();
  const [first] = skills;
  const isFolder = first?.source.type !== "link";
  const path = first?.source.type === "link" ? first.source.path : `./skills/${name}`;
  const own = equal(agents, [...new Set(manifest.agents)].sort()) ? {} : { agents };
  return {
    noun: "skill",
    name: path,
    agents,
    files: skills.map(({ folder }) => folder),
    declaration: { path, ...own, ...(isFolder ? { copy: true } : {}) },
    secrets: [],
    ...(isFolder && first !== undefined ? { copyFrom: first.folder } : {}),
  };
}

async function isTaken({ name }: ImportEntry, { host, workspace }: Context): Promise<boolean> {
  return (await host.files.stat(join(workspace.directory, name))) !== undefined;
}

function differs({ name, agents, folder }: FoundSkill): LeftAlone {
  return {
    noun: "skill",
    name,
    agents,
    file: folder,
    reason: "it differs from what other agents have under that name",
    next: `atk import --prefer ${agents[0]} takes this one instead`,
  };
}

function inTheWay({ name, agents, folder }: FoundSkill): LeftAlone {
  return { noun: "skill", name, agents, file: folder, reason: `there is skills/${name} beside the manifest already` };
}
