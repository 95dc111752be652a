import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { planElsewhere } from "../../../src/app/machines/plan-elsewhere.ts";
import { publishMachine } from "../../../src/app/machines/publish.ts";
import { createFleet, type FleetWorld, type ToldContext } from "./fleet-world.ts";

let fleet: FleetWorld;
beforeEach(() => void (fleet = createFleet()));
afterEach(() => fleet.remove());

const BEGIN = `schema_version: "2026-11-21"
agents: [cursor]
`;

function write({ workspace }: ToldContext, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(workspace.directory, name, ".."), { recursive: true });
    writeFileSync(join(workspace.directory, name), text);
  }
  fleet.git(workspace.directory, "add", ".");
  fleet.git(workspace.directory, "commit", "-q", "-m", "Change");
}

async function verdicts(name: string, context: ToldContext): Promise<Readonly<Record<string, string>>> {
  const { changes } = await planElsewhere(name, [], context);
  return Object.fromEntries(changes.map((change) => [change.name, change.verdict]));
}

describe("a plan for another machine", () => {
  it("is what has changed since the commit it told, as the manifest applies there", async () => {
    const desk = await fleet.machine("desk", { env: { ATK_MACHINE: "desk" } });
    write(desk, {
      "atk.yaml": `${BEGIN}mcp_servers:
  same: { command: a }
  gone: { command: b }
  other: { command: c, env: { LOG: "1" } }
skills: [./skills/ship, ./skills/stay]
`,
      "skills/ship/SKILL.md": "old",
      "skills/stay/SKILL.md": "stays",
    });
    await publishMachine(desk);
    write(desk, {
      "atk.yaml": `${BEGIN}mcp_servers:
  same: { command: a }
  other: { command: c, env: { LOG: "1" } }
  fresh: { command: d }
  elsewhere: { command: e, when: { machine: laptop } }
skills: [./skills/ship, ./skills/stay]
machines:
  desk: { mcp_servers: { other: { env: { LOG: "2" } } } }
`,
      "skills/ship/SKILL.md": "new",
    });
    const laptop = {
      ...desk,
      workspace: { ...desk.workspace, settings: { ...desk.workspace.settings, machine: "laptop" } },
    };
    expect(await verdicts("DESK", laptop)).toEqual({
      same: "noop",
      gone: "delete",
      other: "update",
      fresh: "create",
      "./skills/ship": "update",
      "./skills/stay": "noop",
    });
  });

  it("has everything as new for a machine that has told nothing, and says what depends on what nobody knows", async () => {
    const desk = await fleet.machine("desk");
    write(desk, {
      "atk.yaml": `${BEGIN}mcp_servers:
  all: { command: a }
  mac: { command: b, when: { os: darwin } }
  arm: { command: c, when: { arch: arm64 } }
  work: { command: d, when: { tags: [work] } }
machines:
  studio: { match: { os: darwin, host: studio }, tags: [work] }
`,
    });
    expect(await verdicts("studio", desk)).toEqual({ all: "create", mac: "create", arm: "unknown", work: "create" });
    const { basis, notices } = await planElsewhere("studoi", [], desk);
    expect([basis, notices[0]?.hint]).toEqual(["nothing", "did you mean `studio`?"]);
  });

  it("reads no file of this machine", async () => {
    const desk = await fleet.machine("desk");
    write(desk, { "atk.yaml": `${BEGIN}skills: [./skills/not-there]\n` });
    const seen: string[] = [];
    const { files } = desk.host;
    const watched = {
      ...desk,
      host: { ...desk.host, files: { ...files, read: (path: string) => (seen.push(path), files.read(path)) } },
    };
    expect(await verdicts("studio", watched)).toEqual({ "./skills/not-there": "create" });
    expect(seen.filter((path) => !path.startsWith(desk.workspace.directory) && !path.includes("/.cache/"))).toEqual([]);
  });
});
