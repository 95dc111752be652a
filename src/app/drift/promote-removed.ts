import type { Noun } from "../../core/resource.ts";
import { removeServer, setAgents } from "../../manifest/edit-manifest.ts";
import { setPathAgents } from "../../manifest/edit-paths.ts";
import type { Item } from "../make-plan.ts";
import type { FoundEdit } from "./find-edits.ts";
import { cannotPromote, type Promoting, type Promotion } from "./promotion.ts";

/** What is gone leaves the entry's agents; a server, skill or instruction for none leaves the manifest. @throws AtkError E_DISAGREES */
export function promoteRemoved(edit: FoundEdit, item: Item, promoting: Promoting): Promotion {
  const { owner, noun, agents: gone } = item.change;
  const { manifestFile } = promoting.context.workspace;
  if (noun === "plugin")
    throw cannotPromote(edit, "it is a plugin's own files", `atk remove ${owner}, or atk drift revert ${edit.id}`);
  refuseMore(edit, item, promoting);
  const left = (own: readonly string[] | undefined, standard: readonly string[]): readonly string[] =>
    (own ?? standard).filter((agent) => !gone.includes(agent));
  return {
    maySpellAnew: false,
    notes: [],
    edit: ({ written: manifest, manifestText }) => {
      const server = manifest.servers[owner];
      const entry = server ?? manifest.plugins.find(({ name }) => name === owner);
      if (entry !== undefined) {
        const agents = left(entry.agents, manifest.agents);
        if (server !== undefined && agents.length === 0) return removeServer(manifestText, owner, manifestFile);
        return setAgents(manifestText, owner, agents, manifestFile);
      }
      const section = SECTIONS[noun];
      const path = section === undefined ? undefined : manifest[section].find((each) => each.path === owner);
      if (section === undefined || path === undefined) return manifestText;
      const agents = left(path.agents, manifest.agents);
      return setPathAgents(manifestText, { section, path: owner, agents }, manifestFile);
    },
  };
}

const SECTIONS: Partial<Record<Noun, "skills" | "instructions">> = { skill: "skills", instruction: "instructions" };

/** An entry leaves an agent as a whole: what it still has there would go too, and nobody has said so. */
function refuseMore(edit: FoundEdit, item: Item, { ids, survey }: Promoting): void {
  const { owner, agents } = item.change;
  const more = survey.work.items.filter(
    ({ change }) =>
      change.owner === owner &&
      !ids.has(change.address) &&
      change.expected !== null &&
      change.agents.some((agent) => agents.includes(agent)),
  );
  if (more.length === 0) return;
  const names = more.map(({ change }) => change.address).join(", ");
  throw cannotPromote(
    edit,
    `${owner} has more in ${agents.join(", ")}, which would go too: ${names}`,
    `atk unplug ${owner} ${agents.map((agent) => `--agent ${agent}`).join(" ")}`,
  );
}
