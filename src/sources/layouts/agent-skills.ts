import type { Layout } from "./layout.ts";
import { listed, oneLine } from "./layout.ts";
import { repositorySkills } from "./fits-layout.ts";
import { frontValue, readSkills } from "./skills.ts";

/**
 * A repository of Agent Skills: SKILL.md at the top, or folders with one in skills/, or right below the top.
 * (agentskills.io specification; the three shapes are those of published repositories, seen 2026-11)
 */
export const agentSkills: Layout = {
  what: "Agent Skills",

  fits: (paths) => repositorySkills(paths).length > 0,

  async read(found) {
    const skills = await readSkills(repositorySkills(found.paths), found);
    const [only] = skills.folders;
    const single = skills.folders.length === 1 && only !== undefined;
    const description = single
      ? frontValue(await found.text(only === "." ? "SKILL.md" : `${only}/SKILL.md`), "description")
      : undefined;
    return {
      plugin: {
        name: oneLine(single && only === "." ? ([...skills.names][0] ?? found.name) : found.name, 100),
        description: oneLine(description ?? `Skills: ${listed([...skills.names].sort())}`),
        skills: skills.folders.filter((folder) => folder !== "."),
      },
      files: skills.files,
      remarks: skills.remarks,
    };
  },
};
