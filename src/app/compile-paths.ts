import { basename, resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import { compileInstruction } from "../kinds/instruction.ts";
import { joinCompiled, type Compiled, type Scene } from "../kinds/scene.ts";
import { compileSkill } from "../kinds/skill.ts";
import type { Manifest, PathEntry, When } from "../manifest/manifest.ts";
import { readTree } from "../sources/read-tree.ts";
import type { Context } from "./context.ts";
import { checkSkillName, instructionName, skillName } from "./definition.ts";
import { asProblem } from "./make-plan.ts";
import { expandTilde } from "./workspace.ts";

/** The manifest's own skills and instructions. A path that is not there is a fault of that entry alone. */
export async function compilePathEntries(
  manifest: Manifest,
  active: (when: When | undefined) => boolean,
  scene: Scene,
  context: Context,
): Promise<Compiled> {
  const on = (entry: PathEntry): boolean => entry.enabled && active(entry.when);
  const agents = (entry: PathEntry): readonly string[] => [...(entry.agents ?? manifest.agents)].sort();
  const parts = await Promise.all([
    ...manifest.skills
      .filter(on)
      .map((entry) => guarded("skill", entry, () => skillOf(entry, agents(entry), scene, context))),
    ...manifest.instructions
      .filter(on)
      .map((entry) => guarded("instruction", entry, () => instructionOf(entry.path, agents(entry), scene, context))),
  ]);
  return joinCompiled(parts);
}

async function guarded(
  noun: "skill" | "instruction",
  { path }: PathEntry,
  compile: () => Promise<Compiled>,
): Promise<Compiled> {
  try {
    return await compile();
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    const refusal = {
      address: `${noun}.${path}`,
      noun,
      owner: path,
      agents: [],
      problem: asProblem(error),
      whole: true,
    } as const;
    return { resources: [], notices: [], refusals: [refusal] };
  }
}

async function skillOf(
  { path, copy = false }: PathEntry,
  agents: readonly string[],
  scene: Scene,
  context: Context,
): Promise<Compiled> {
  const folder = absolute(path, context);
  const file = resolve(folder, "SKILL.md");
  const text = await context.look.text(file);
  if (text === undefined) throw missing(`the skill ${path} has no SKILL.md`, file);
  const name = skillName(text) ?? basename(folder);
  checkSkillName(name, file);
  const open = async (): ReturnType<typeof readTree> => readTree(folder, context.host.files);
  const needsCopy =
    copy ||
    agents.some((agent) => scene.agents[agent]?.client.skills?.followsLinks === false) ||
    scene.machine.platform === "windows";
  const integrity = needsCopy ? (await open()).integrity : "";
  return compileSkill(
    { owner: path, name, folder, content: { kind: "tree", integrity, open }, linkable: !copy, agents },
    scene,
  );
}

async function instructionOf(
  path: string,
  agents: readonly string[],
  scene: Scene,
  context: Context,
): Promise<Compiled> {
  const file = absolute(path, context);
  const text = await context.look.text(file);
  if (text === undefined) throw missing(`the instruction file ${path} is not there`, file);
  return compileInstruction({ owner: path, name: instructionName(path), file, text, agents }, scene);
}

function missing(message: string, file: string): AtkError {
  return new AtkError("E_MANIFEST", message, { at: { file }, hint: `make ${file}, or take the entry out of atk.yaml` });
}

function absolute(path: string, { host, workspace }: Context): string {
  return resolve(workspace.directory, expandTilde(path, host.machine));
}
