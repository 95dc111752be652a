import { spawnSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, rmSync, statSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stateRoot } from "../../../src/app/workspace.ts";
import { agents } from "../../../src/app/doctor/checks/agents.ts";
import { clock, judgeClock } from "../../../src/app/doctor/checks/clock.ts";
import { diskSpace, judgeSpace } from "../../../src/app/doctor/checks/disk-space.ts";
import { folders } from "../../../src/app/doctor/checks/folders.ts";
import { git } from "../../../src/app/doctor/checks/git.ts";
import { isolation } from "../../../src/app/doctor/checks/isolation.ts";
import { letterCase } from "../../../src/app/doctor/checks/letter-case.ts";
import { lock } from "../../../src/app/doctor/checks/lock.ts";
import { judgeNode } from "../../../src/app/doctor/checks/node.ts";
import { openWork } from "../../../src/app/doctor/checks/open-work.ts";
import { permissions } from "../../../src/app/doctor/checks/permissions.ts";
import { plugins } from "../../../src/app/doctor/checks/plugins.ts";
import { programs } from "../../../src/app/doctor/checks/programs.ts";
import { repository } from "../../../src/app/doctor/checks/repository.ts";
import { state } from "../../../src/app/doctor/checks/state.ts";
import { trackedSecrets } from "../../../src/app/doctor/checks/tracked-secrets.ts";
import { thisProcess } from "../../../src/host/process-identity.ts";
import { runAtk } from "../../scenarios/run-atk.ts";
import { createWorld, type World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.remove());

const isUnix = process.platform !== "win32";

describe("node", () => {
  it("is too old below the oldest version atk works with", () => {
    expect(judgeNode("20.19.0")).toEqual({ state: "ok", detail: "20.19.0" });
    expect(judgeNode("24.0.1").state).toBe("ok");
    for (const version of ["18.20.0", "20.18.3"]) expect(judgeNode(version).state).toBe("problem");
  });
});

describe("git", () => {
  it("is there with its version, and does not know its user", async () => {
    const found = await world.findings(git);
    expect(found[0]).toMatchObject({ id: "git", state: "ok", detail: expect.stringMatching(/^\d+\.\d+/) });
    expect(found.slice(1).map(({ id, state: how }) => `${id} ${how}`)).toEqual([
      "git.user.name warning",
      "git.user.email warning",
    ]);
  });

  it("knows its user by its settings", async () => {
    world.write(".gitconfig", "[user]\nname = Mia\nemail = mia@example.com\n");
    expect((await world.findings(git)).map(({ state: how }) => how)).toEqual(["ok"]);
  });

  it("is only a warning when it is missing", async () => {
    const bare = { env: { HOME: world.home, PATH: join(world.home, "none") } };
    expect(await world.findings(git, { machine: bare })).toMatchObject([{ id: "git", state: "warning" }]);
  });
});

describe("lock", () => {
  it("has to have every plugin of the manifest", async () => {
    world.write(".atk/atk.yaml", `schema_version: "2026-11-21"\nplugins: [everything]\n`);
    expect(await world.findings(lock)).toMatchObject([
      { id: "lock", state: "problem", detail: "everything: not locked, or locked for another source", fix: "atk lock" },
    ]);
  });

  it("that is damaged is a finding of the manifest", async () => {
    world.write(".atk/atk.lock", "{ not a lock");
    const found = await world.findings();
    expect(found.find(({ id }) => id === "manifest")).toMatchObject({ state: "problem" });
  });
});

describe("state", () => {
  it("may be absent, and is a problem when it is damaged", async () => {
    expect(await world.findings(state)).toMatchObject([{ state: "ok" }]);
    const { workspace } = await world.context();
    mkdirSync(workspace.stateDirectory, { recursive: true });
    world.write(join(workspace.stateDirectory.slice(world.home.length), "state.json"), "{");
    expect(await world.findings(state)).toMatchObject([
      {
        state: "problem",
        detail: expect.stringContaining("damaged"),
        at: { file: expect.stringContaining("state.json") },
      },
    ]);
  });
});

describe("open work", () => {
  async function inState(name: string, text: string): Promise<void> {
    const { workspace } = await world.context();
    world.write(join(workspace.stateDirectory.slice(world.home.length), name), text);
  }

  it("is a problem when an apply was stopped half way", async () => {
    await inState("journal.jsonl", "{}\n");
    expect(await world.findings(openWork)).toMatchObject([{ state: "problem", fix: "atk apply" }]);
  });

  it("is nothing to worry about while its process lives, and its lock is left alone", async () => {
    await inState("journal.jsonl", "{}\n");
    const holder = { ...thisProcess(), label: "atk apply", since: "2026-11-21T08:00:00.000Z" };
    await inState("lock/1-a.json", JSON.stringify(holder));
    expect(await world.findings(openWork)).toMatchObject([
      { state: "info", detail: expect.stringContaining(`'atk apply', process ${process.pid}`) },
    ]);
  });

  it("forgets the lock of a process that has ended", async () => {
    const dead = spawnSync(process.execPath, ["-e", "0"]).pid;
    const holder = { ...thisProcess(), pid: dead, label: "atk apply", since: "2026-11-21T08:00:00.000Z" };
    await inState("lock/2-b.json", JSON.stringify(holder));
    expect(await world.findings(openWork)).toMatchObject([{ state: "ok" }]);
    const { workspace } = await world.context();
    expect(statSync(join(workspace.stateDirectory, "lock/2-b.json")).isFile()).toBe(true);
  });
});

describe.runIf(isUnix)("permissions", () => {
  it("are wrong where others may read a secret, and the fix sets them right", async () => {
    const env = world.write(".atk/plugins/git hub/.env", "TOKEN=1", 0o644);
    const identity = world.write(".config/atk/identity.txt", "AGE-SECRET-KEY-1", 0o640);
    const found = await world.findings(permissions);
    expect(found.map(({ state: how, at }) => [how, at?.file])).toEqual([
      ["problem", identity],
      ["problem", env],
    ]);
    for (const { fix } of found) expect(spawnSync("sh", ["-c", fix ?? "false"]).status).toBe(0);
    expect(await world.findings(permissions)).toMatchObject([{ state: "ok" }]);
    expect(statSync(env).mode & 0o777).toBe(0o600);
  });

  it("of the state folder are for the user alone", async () => {
    const root = stateRoot(world.host().machine);
    mkdirSync(root, { recursive: true });
    chmodSync(root, 0o755);
    expect(await world.findings(permissions)).toMatchObject([
      { state: "problem", fix: `chmod 0700 ${root}`, at: { file: root } },
    ]);
  });

  it("say nothing about templates, links and places that are not there", async () => {
    world.write(".atk/plugins/piper/.env.example", "TOKEN=", 0o644);
    symlinkSync("/dev/null", join(world.atk, "plugins/piper/.env"));
    expect(await world.findings(permissions)).toMatchObject([{ state: "ok" }]);
  });
});

describe("secrets in git", () => {
  it("are a problem when they are .env files, a warning when they look like keys", async () => {
    world.write(".atk/plugins/piper/.env", "TOKEN=1");
    world.write(".atk/keys/server.pem", "-----BEGIN");
    world.write(".atk/notes.md", "hello");
    world.git("add", "-f", ".");
    const found = await world.findings(trackedSecrets);
    expect(found.map(({ id, state: how }) => `${id} ${how}`)).toEqual([
      "tracked-secrets.plugins/piper/.env problem",
      "tracked-secrets.keys/server.pem warning",
    ]);
    spawnSync("sh", ["-c", found[0]?.fix ?? "false"], { env: world.env as NodeJS.ProcessEnv });
    expect((await world.findings(trackedSecrets)).map(({ state: how }) => how)).toEqual(["warning"]);
  });

  it("are none in a new home", async () => {
    expect(await world.findings(trackedSecrets)).toMatchObject([{ state: "ok" }]);
  });
});

describe("repository", () => {
  it("without a remote is worth a note", async () => {
    expect(await world.findings(repository)).toMatchObject([{ id: "repository", state: "info" }]);
  });

  it("that is none is a warning", async () => {
    rmSync(join(world.atk, ".git"), { recursive: true });
    expect(await world.findings(repository)).toMatchObject([{ state: "warning", fix: "git init" }]);
  });

  it("asks its remote only when it may use the network, and repeats no login", async () => {
    world.git("remote", "add", "origin", `file://mia:hunter2-token@${world.home}/none.git`);
    const offline = await world.findings(repository);
    expect(offline).toMatchObject([{ state: "info", detail: expect.stringContaining("was never pushed") }]);
    const online = await world.findings(repository, { online: true });
    expect(online).toMatchObject([{ state: "problem" }]);
    expect(JSON.stringify([offline, online])).not.toContain("hunter2");
  });

  it("has a remote that answers", async () => {
    spawnSync("git", ["init", "-q", "--bare", join(world.home, "remote.git")]);
    world.git("remote", "add", "origin", join(world.home, "remote.git"));
    const found = await world.findings(repository, { online: true });
    expect(found.map(({ id, state: how }) => `${id} ${how}`)).toEqual(["repository info", "repository.remote ok"]);
  });

  it("in the middle of a merge is a problem", async () => {
    world.write(".atk/.git/MERGE_HEAD", "0000");
    expect(await world.findings(repository)).toMatchObject([
      { state: "problem", detail: expect.stringContaining("merge") },
    ]);
  });
});

describe("agents", () => {
  it("are found here or not, and their file can be read", async () => {
    expect(await world.findings(agents)).toMatchObject([{ id: "agents.cursor", state: "info" }]);
    world.write(".cursor/mcp.json", "{}");
    expect(await world.findings(agents)).toMatchObject([{ id: "agents.cursor", state: "ok" }]);
    const file = world.write(".cursor/mcp.json", "{ broken");
    expect(await world.findings(agents)).toMatchObject([{ id: "agents.cursor", state: "problem", at: { file } }]);
  });
});

describe.runIf(isUnix && process.getuid?.() !== 0)("agents and programs", () => {
  it("are looked for although a folder of PATH may not be entered", async () => {
    const locked = join(world.home, "locked");
    mkdirSync(locked, { mode: 0o000 });
    const machine = { env: { ...world.env, PATH: `${locked}:${world.env["PATH"]}` } };
    expect(await world.findings(agents, { machine })).toMatchObject([{ id: "agents.cursor", state: "info" }]);
  });
});

describe("programs", () => {
  const SERVERS = (more = ""): string => `schema_version: "2026-11-21"
agents: [cursor]
mcp_servers:
  shop: { command: node, args: [shop.js] }
  files: { command: no-such-program-of-atk${more} }
  own: { command: ./own.sh }
`;

  it("are those that enabled servers start, with who needs them", async () => {
    world.write(".atk/atk.yaml", SERVERS());
    expect(await world.findings(programs)).toMatchObject([
      { id: "programs.node", state: "ok" },
      { id: "programs.no-such-program-of-atk", state: "problem", detail: "is not on PATH, and is needed for files" },
    ]);
  });

  it.each([", enabled: false", ", when: { host: [elsewhere] }"])("are not needed with%s", async (more) => {
    world.write(".atk/atk.yaml", SERVERS(more));
    expect((await world.findings(programs)).map(({ id }) => id)).toEqual(["programs.node"]);
  });
});

describe("plugins", () => {
  async function addKeeper(): Promise<void> {
    const variable = "env_vars: [{ name: API_TOKEN, required: true }]";
    world.write("keeper/plugin.yaml", `schema_version: "2026-01-23"\nname: keeper\ndescription: x\n${variable}\n`);
    const place = { home: world.home, directory: world.home, env: world.env };
    const added = await runAtk(["add", "./keeper", "--yes", "--no-checks"], place);
    expect(added).toMatchObject({ code: 0 });
  }

  it("lack a variable, or are complete", async () => {
    await addKeeper();
    expect(await world.findings(plugins)).toMatchObject([
      { id: "plugins.keeper", state: "problem", detail: "API_TOKEN is required and not set" },
    ]);
    world.write(".atk/plugins/keeper/.env", "API_TOKEN=1");
    expect(await world.findings(plugins)).toMatchObject([{ id: "plugins.keeper", state: "ok" }]);
  });

  it("are a problem when they cannot be read", async () => {
    await addKeeper();
    const file = world.write(".atk/plugins/keeper/custom/overrides.yaml", "ports: many");
    expect(await world.findings(plugins)).toMatchObject([{ id: "plugins.keeper", state: "problem", at: { file } }]);
  });

  it("are not looked at when they are disabled", async () => {
    await addKeeper();
    await runAtk(["disable", "keeper", "--yes"], { home: world.home, directory: world.home, env: world.env });
    expect(await world.findings(plugins)).toEqual([]);
  });
});

describe("folders", () => {
  it("are fine before they are made", async () => {
    expect(await world.findings(folders)).toMatchObject([{ id: "folders", state: "ok" }]);
  });

  it.runIf(isUnix && process.getuid?.() !== 0)("are a problem where they cannot be made", async () => {
    chmodSync(world.home, 0o500);
    const found = await world.findings(folders);
    chmodSync(world.home, 0o700);
    expect(found.map(({ id }) => id)).toEqual(["folders.state", "folders.cache", "folders.settings"]);
  });
});

describe("disk space", () => {
  it("is measured where the state and the cache are", async () => {
    expect((await world.findings(diskSpace)).map(({ id }) => id)).toEqual(["disk-space.state", "disk-space.cache"]);
  });

  it("is judged by what a journal needs", () => {
    expect(judgeSpace(5 * 2 ** 30, 1e6)).toEqual({ state: "ok", detail: "5 GB free" });
    expect(judgeSpace(100 * 2 ** 20, 1e6)).toMatchObject({ state: "warning", detail: "only 100 MB free" });
    expect(judgeSpace(2 ** 20, 1e6).state).toBe("problem");
    expect(judgeSpace(5 * 2 ** 30, 3).state).toBe("problem");
  });
});

describe("clock", () => {
  it("is right when no file of atk's is from the future", async () => {
    expect(await world.findings(clock)).toMatchObject([{ id: "clock", state: "ok" }]);
  });

  it("is wrong when it is before atk was made, or before atk's last change", () => {
    const now = Date.parse("2026-11-21T08:00:00Z");
    expect(judgeClock(new Date(now), now).state).toBe("ok");
    expect(judgeClock(new Date(now), now + 3 * 86_400_000).state).toBe("warning");
    expect(judgeClock(new Date(0), 0).state).toBe("problem");
  });
});

describe.runIf(process.platform === "linux")("letter case", () => {
  it("is said only where it makes no difference", async () => {
    expect(await world.findings(letterCase)).toEqual([]);
    symlinkSync("atk.yaml", join(world.atk, "ATK.YAML"));
    expect(await world.findings(letterCase)).toEqual([]);
    unlinkSync(join(world.atk, "ATK.YAML"));
    // One file under both names, as such a disk shows it.
    linkSync(join(world.atk, "atk.yaml"), join(world.atk, "ATK.YAML"));
    expect(await world.findings(letterCase)).toMatchObject([{ id: "letter-case", state: "info" }]);
  });
});

describe("isolation", () => {
  it("is said in plain words, with what to install", async () => {
    const bare = { env: { HOME: world.home, PATH: join(world.home, "none") }, platform: "linux" } as const;
    const found = await world.findings(isolation, { machine: bare });
    expect(found[0]).toMatchObject({ id: "isolation", state: "info", detail: expect.stringMatching(/^none: /) });
    expect(found[1]).toMatchObject({ id: "isolation.files", fix: "sudo apt install bubblewrap" });
  });
});
