import { join, relative } from "node:path";
import type { Resource } from "../core/resource.ts";
import type { Compiled, Remark, Scene } from "./scene.ts";

export interface SkillWiring {
  readonly owner: string;
  /** Name in the skill's own front matter: the folder clients find it under. */
  readonly name: string;
  /** Absolute folder that holds SKILL.md and nothing that must stay private. */
  readonly folder: string;
  /** The same as content, for clients that do not follow links, and for folders that hold more than the skill. */
  readonly content: Extract<Resource["content"], { kind: "tree" }>;
  readonly linkable: boolean;
  readonly agents: readonly string[];
}

/** One skill as a link or a copy in every skills folder its clients scan. Folders shared by clients get it once. Pure. */
export function compileSkill(wiring: SkillWiring, scene: Scene): Compiled {
  const notices: Remark[] = [];
  const byFolder = new Map<string, { agents: string[]; linkable: boolean }>();
  for (const agent of wiring.agents) {
    const wired = scene.agents[agent];
    if (wired?.skillsFolder === undefined || wired.client.skills === undefined) {
      notices.push({
        agent,
        owner: wiring.owner,
        message: `${agent} has no folder for skills; ${wiring.name} is left out`,
      });
      continue;
    }
    const target = byFolder.get(wired.skillsFolder) ?? { agents: [], linkable: wiring.linkable };
    target.agents.push(agent);
    target.linkable &&= wired.client.skills.followsLinks && scene.machine.platform !== "windows";
    byFolder.set(wired.skillsFolder, target);
  }
  const resources = [...byFolder].map(([folder, target]) => skillIn(folder, target, wiring, scene));
  return { resources, refusals: [], notices };
}

function skillIn(
  folder: string,
  target: { agents: string[]; linkable: boolean },
  wiring: SkillWiring,
  scene: Scene,
): Resource {
  const path = join(folder, wiring.name);
  const common = {
    address: `skill.${wiring.name}@${target.agents[0]}`,
    noun: "skill",
    owner: wiring.owner,
    agents: target.agents,
  } as const;
  if (!target.linkable) {
    return {
      ...common,
      locator: { kind: "tree", directory: path },
      content: wiring.content,
      summary: `copy of ${wiring.folder}`,
    };
  }
  const linked = scene.scope === "project" ? relative(folder, wiring.folder) : wiring.folder;
  return {
    ...common,
    locator: { kind: "link", file: path },
    content: { kind: "link", target: linked },
    summary: `link to ${linked}`,
  };
}
