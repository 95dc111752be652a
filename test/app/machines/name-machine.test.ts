import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync, lstatSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nameMachine } from "../../../src/app/machines/name-machine.ts";
import { readSettings } from "../../../src/app/settings.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "atk-name-"));
  mkdirSync(join(home, ".config/atk"), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const host = () => createNodeHost({ homeDirectory: home, workingDirectory: home, env: {} });
const file = (name: string) => join(home, ".config/atk", name);
const NAMING = { name: "server", tags: ["work"], withoutTags: [] };

describe("the name of a machine in its settings", () => {
  it.each([
    ["config.yaml", "", 'machine: "server"\ntags: [work]\n'],
    ["config.yaml", "# mine\n", '# mine\nmachine: "server"\ntags: [work]\n'],
    ["config.yaml", "home: ~/x # there\ntags: [lap]\n", "home: ~/x # there\ntags: [lap, work]\nmachine: server\n"],
    ["config.yml", "machine: other # name\n", "machine: server # name\ntags: [work]\n"],
    [
      "config.json",
      '{\n  "home": "~/x"\n}\n',
      '{\n  "home": "~/x",\n  "machine": "server",\n  "tags": [\n    "work"\n  ]\n}\n',
    ],
  ])("is written into %s, and everything else there stays: %j", async (name, before, after) => {
    writeFileSync(file(name), before);
    await nameMachine(NAMING, host());
    expect(readFileSync(file(before === "" ? "config.yaml" : name), "utf8")).toBe(after);
    expect(await readSettings(host())).toMatchObject({ machine: "server" });
  });

  it("takes a tag away, and writes nothing when nothing changes", async () => {
    writeFileSync(file("config.yaml"), "tags: [work, home]\n");
    await nameMachine({ tags: ["work"], withoutTags: ["home"] }, host());
    expect((await readSettings(host())).tags).toEqual(["work"]);
    const { mtimeMs } = lstatSync(file("config.yaml"));
    await nameMachine({ tags: ["work"], withoutTags: [] }, host());
    expect(lstatSync(file("config.yaml")).mtimeMs).toBe(mtimeMs);
  });

  it("goes through a link to where the file is", async () => {
    writeFileSync(join(home, "dotfile.yaml"), "home: ~/x\n");
    symlinkSync(join(home, "dotfile.yaml"), file("config.yaml"));
    await nameMachine(NAMING, host());
    expect(lstatSync(file("config.yaml")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(home, "dotfile.yaml"), "utf8")).toContain("machine: server");
  });

  it.each(["a/b", "", "..", "-x", "a b", "x.lock", "a".repeat(64)])("cannot be %j", async (name) => {
    await expect(nameMachine({ name, tags: [], withoutTags: [] }, host())).rejects.toMatchObject({ code: "E_NAME" });
  });
});
