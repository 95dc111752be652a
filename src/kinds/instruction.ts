import { join, relative } from "node:path";
import type { Resource } from "../core/resource.ts";
import type { Compiled, Remark, Scene, WiredClient } from "./scene.ts";

export interface InstructionWiring {
  readonly owner: string;
  /** Safe as a file name and as the id of a marked section. */
  readonly name: string;
  /** Absolute path of the Markdown file. */
  readonly file: string;
  readonly text: string;
  readonly agents: readonly string[];
}

/** One instruction file as each client wants it: a section, an import line, or a file in its rules folder. Pure. */
export function compileInstruction(wiring: InstructionWiring, scene: Scene): Compiled {
  const notices: Remark[] = [];
  const resources: Resource[] = [];
  for (const agent of wiring.agents) {
    const wired = scene.agents[agent];
    if (wired?.instructionsPath === undefined || wired.client.instructions === undefined) {
      notices.push({
        agent,
        owner: wiring.owner,
        message: `${agent} reads no instructions file here; ${wiring.name} is left out`,
      });
      continue;
    }
    resources.push(instructionFor(wiring, { agent, wired, path: wired.instructionsPath }, scene));
  }
  return { resources, refusals: [], notices };
}

interface Destination {
  readonly agent: string;
  readonly wired: WiredClient;
  readonly path: string;
}

function instructionFor(wiring: InstructionWiring, { agent, wired, path }: Destination, scene: Scene): Resource {
  const support = wired.client.instructions;
  const common = {
    address: `instruction.${wiring.name}@${agent}`,
    noun: "instruction",
    owner: wiring.owner,
    agents: [agent],
    summary: wiring.file,
  } as const;
  if (support?.style === "folder") {
    const file = join(path, `atk-${wiring.name}${support.file?.ending ?? ".md"}`);
    const text = `${support.file?.before ?? ""}${wiring.text}`;
    return { ...common, locator: { kind: "file", file }, content: { kind: "file", text } };
  }
  const text = support?.style === "import" ? `@${referredAs(wiring, path, scene)}` : wiring.text.trimEnd();
  return { ...common, locator: { kind: "block", file: path, id: wiring.name }, content: { kind: "block", text } };
}

/** In a project the line must hold on every machine, so it is relative to the file it stands in. */
function referredAs(wiring: InstructionWiring, path: string, scene: Scene): string {
  if (scene.scope === "user") return wiring.file;
  const from = relative(join(path, ".."), wiring.file).replaceAll("\\", "/");
  return from.startsWith(".") ? from : `./${from}`;
}
