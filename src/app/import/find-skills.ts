import { isAbsolute, join, relative, resolve, sep } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { locatorKey } from "../../core/resource.ts";
import { readTree } from "../../sources/read-tree.ts";
import type { Context } from "../context.ts";
import { checkSkillName, skillName } from "../definition.ts";
import type { Search } from "./find-servers.ts";
import { hasTokenShape } from "./secret-words.ts";
import type { LeftAlone } from "./left-alone.ts";

/** A skill in the folders that agents look into. */
export interface FoundSkill {
  readonly name: string;
  readonly agents: readonly string[];
  /** The place that agents find it at. */
  readonly folder: string;
  readonly source:
    /** It is a link: the folder it leads to, as a manifest says it. */
    | { readonly type: "link"; readonly path: string }
    /** The folder itself. */
    | { readonly type: "folder"; readonly integrity: string };
}

export interface FoundSkills {
  readonly skills: readonly FoundSkill[];
  readonly left: readonly LeftAlone[];
  readonly managed: number;
}

/** Every skill in the folders of these clients. Reads only. */
export async function findSkills({ clients, managed }: Search, context: Context): Promise<FoundSkills> {
  const folders = new Map<string, { agents: string[]; following: string[] }>();
  for (const { client, skillsFolder } of clients) {
    if (skillsFolder === undefined) continue;
    const known = folders.get(skillsFolder) ?? { agents: [], following: [] };
    known.agents.push(client.id);
    if (client.skills?.followsLinks === true) known.following.push(client.id);
    folders.set(skillsFolder, known);
  }
  const skills: FoundSkill[] = [];
  const left: LeftAlone[] = [];
  let count = 0;
  for (const [folder, { agents, following }] of folders) {
    for (const { name, type } of (await context.look.files.list(folder).catch(() => undefined)) ?? []) {
      const place = join(folder, name);
      if (isManaged(place, managed)) count += 1;
      else if (type === "link" || type === "directory") {
        const found = await readSkill(
          { name, place, agents: type === "link" ? following : agents, isLink: type === "link" },
          context,
        );
        if (found !== undefined && "reason" in found) left.push(found);
        else if (found !== undefined && found.agents.length > 0) skills.push(found);
      }
    }
  }
  return { skills, left, managed: count };
}

function isManaged(place: string, managed: ReadonlySet<string>): boolean {
  return (
    managed.has(locatorKey({ kind: "link", file: place })) ||
    managed.has(locatorKey({ kind: "tree", directory: place }))
  );
}

interface Place {
  readonly name: string;
  readonly place: string;
  readonly agents: readonly string[];
  readonly isLink: boolean;
}

/** Undefined for a folder that is no skill. */
async function readSkill(at: Place, context: Context): Promise<FoundSkill | LeftAlone | undefined> {
  const { name, place, agents, isLink } = at;
  const leave = (reason: string, hasSecret = false): LeftAlone => {
    return { noun: "skill", name, agents, file: place, reason, ...(hasSecret ? { hasSecret } : {}) };
  };
  try {
    const text = await context.look.text(join(place, "SKILL.md"));
    if (text === undefined) return undefined;
    const own = skillName(text) ?? name;
    checkSkillName(own, join(place, "SKILL.md"));
    if (own !== name) return leave(`its own name is ${own}, and atk would put it under that`);
    if (isLink) return { name, agents, folder: place, source: { type: "link", path: await pathOf(place, context) } };
    const tree = await readTree(place, context.host.files);
    for (const entry of tree.entries) {
      if (entry.type === "link") return leave("it has a link in it");
      if (hasTokenShape(new TextDecoder().decode(await tree.read(entry.path))))
        return leave(`a secret stands in ${entry.path} in clear, and the home is in git`, true);
    }
    return { name, agents, folder: place, source: { type: "folder", integrity: tree.integrity } };
  } catch (error) {
    if (error instanceof AtkError) return leave(error.message);
    throw error;
  }
}

/** Where a link leads, as a manifest says it: below itself, below the home, else as it is. */
async function pathOf(place: string, { host, workspace }: Context): Promise<string> {
  const written = (await host.files.readLink(place)) ?? place;
  const target = isAbsolute(written) ? written : resolve(place, "..", written);
  if (target.startsWith(workspace.directory + sep))
    return `./${relative(workspace.directory, target).replaceAll("\\", "/")}`;
  const { homeDirectory } = host.machine;
  return target.startsWith(homeDirectory + sep) ? `~/${relative(homeDirectory, target).replaceAll("\\", "/")}` : target;
}
