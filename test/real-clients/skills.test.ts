import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectFile, userFile } from "../../src/clients/locate.ts";
import { program, type ProgramId } from "./programs.ts";
import { createScratch, runClient, type Scratch } from "./scratch.ts";
import { hostAt, recordOf } from "./wire.ts";

/** The clients' own commands that show the skills they found. */
const LISTS: readonly (readonly [ProgramId, readonly string[]])[] = [
  ["codex", ["debug", "prompt-input"]],
  ["gemini-cli", ["skills", "list"]],
  ["opencode", ["debug", "skill"]],
  ["kilo", ["debug", "skill"]],
  ["copilot-cli", ["skill", "list"]],
];

describe.each(LISTS)("%s finds a skill", (id, args) => {
  let scratch: Scratch;
  let text: string;

  beforeAll(async () => {
    await program(id);
    scratch = createScratch();
    const { skills } = recordOf(id);
    if (skills?.user === undefined || skills.project === undefined) throw new Error(`${id} has no folder of skills`);
    const host = hostAt(scratch);
    writeSkill(join(await userFile(skills.user, host), "copied-skill"), "copied-skill");
    linkSkill(join(scratch.home, "elsewhere"), await userFile(skills.user, host), "linked-skill");
    // Inside the project: Kilo follows no link that leaves it.
    linkSkill(
      join(scratch.project, "sources"),
      await projectFile(skills.project, host, scratch.project),
      "project-skill",
    );
    text = (await runClient(id, args, scratch)).text;
  });
  afterAll(() => scratch.remove());

  test("that is a folder", () => {
    expect(text).toContain("copied-skill");
  });

  test("that is a link to a folder elsewhere", () => {
    expect(recordOf(id).skills?.followsLinks).toBe(true);
    expect(text).toContain("linked-skill");
  });

  test("of the project, as a link to a folder of the project", () => {
    expect(text).toContain("project-skill");
  });
});

function writeSkill(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "SKILL.md"),
    `---\nname: ${name}\ndescription: Shows that ${name} is found.\n---\n\nNothing to do.\n`,
  );
}

function linkSkill(source: string, folder: string, name: string): void {
  writeSkill(join(source, name), name);
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(source, name), join(folder, name));
}
