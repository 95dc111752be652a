import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MAIN } from "../scenarios/scratch-home.ts";
import { runAtk } from "../scenarios/run-atk.ts";
import { addServer, createFleet, MANIFEST, succeed, wired, type TestMachine } from "./machines.ts";

async function secretSet(machine: TestMachine, name: string, value: string): Promise<void> {
  machine.write("value", value);
  await succeed(machine.atk("secret", "set", name, "--from-file", machine.path("value")));
}

describe("secrets in a sync", () => {
  it("that one machine set while the other gave a third access can be opened by the third after the next sync", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    await succeed(a.atk("secret", "request", "--name", "a"));
    await secretSet(a, "OLD", "old-value");
    await succeed(a.atk("sync", "--yes"));
    const b = await fleet.joined("b");
    await succeed(b.atk("secret", "request", "--name", "b"));
    await succeed(b.atk("sync", "--yes"));
    await succeed(a.atk("sync", "--yes"));
    await succeed(a.atk("secret", "approve", "b", "--yes"));
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    const c = await fleet.joined("c");
    await succeed(c.atk("secret", "request", "--name", "c"));
    await succeed(c.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    await secretSet(a, "NEW", "new-value");
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("secret", "approve", "c", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    await succeed(c.atk("sync", "--yes"));
    expect((await c.atk("secret", "get", "NEW")).stdout.trim()).toBe("new-value");
    expect((await c.atk("secret", "get", "OLD")).stdout.trim()).toBe("old-value");
  });

  it("are not encrypted for a machine that somebody wrote into the file at the remote: that is said", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    await succeed(a.atk("secret", "request", "--name", "a"));
    await secretSet(a, "TOKEN", "old-value");
    await succeed(a.atk("sync", "--yes"));
    const thief = await fleet.joined("thief");
    await succeed(thief.atk("secret", "request", "--name", "thief"));
    const text = thief.read(".atk/secrets.yaml");
    const key = /thief: .*/.exec(text)?.[0] ?? "";
    thief.write(
      ".atk/secrets.yaml",
      text.replace(/requests:\n(?: .*\n)+/, "").replace(/^(recipients:\n)/m, `$1  ${key}\n`),
    );
    thief.git("commit", "-qam", "Only a small change");
    thief.git("push", "-q");
    await secretSet(a, "TOKEN", "new-value");
    const { stderr } = await succeed(a.atk("sync", "--yes"));
    expect(stderr).toContain("thief came in with this sync");
    expect(stderr).not.toContain("new-value");
    await succeed(thief.atk("sync", "--yes"));
    expect((await thief.atk("secret", "get", "TOKEN")).code).not.toBe(0);
  });

  it("a machine whose access was taken stays out, whatever the other side did", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    await succeed(a.atk("secret", "request", "--name", "a"));
    await secretSet(a, "TOKEN", "one");
    await succeed(a.atk("sync", "--yes"));
    const b = await fleet.joined("b");
    await succeed(b.atk("secret", "request", "--name", "b"));
    await succeed(b.atk("sync", "--yes"));
    await succeed(a.atk("sync", "--yes"));
    await succeed(a.atk("secret", "approve", "b", "--yes"));
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    await succeed(a.atk("secret", "remove-machine", "b", "--yes"));
    await secretSet(b, "OTHER", "two");
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    await succeed(a.atk("sync", "--yes"));
    const recipients = (await succeed(a.atk("secret", "recipients", "--json"))).stdout;
    expect(JSON.parse(recipients)).toMatchObject({ recipients: [{ name: "a" }] });
  });
});

describe("a home in a folder of a repository", () => {
  it("is merged by meaning too, and files beside it are left to git", async () => {
    const fleet = createFleet();
    const homes = await Promise.all(
      ["a", "b"].map(async (name) => {
        const machine = fleet.machine(name);
        const env = { ...machine.env, ATK_HOME: machine.path("dot/agents") };
        const git = (...words: readonly string[]): string => fleet.gitIn(machine.path("dot"), ...words);
        const atk = (...words: readonly string[]) =>
          runAtk(words, { home: machine.home, directory: machine.home, env });
        return { machine, git, atk };
      }),
    );
    const [a, b] = homes;
    if (a === undefined || b === undefined) throw new Error("two machines");
    fleet.gitIn(fleet.root, "init", "-q", "-b", "main", "a/dot");
    a.machine.write("dot/agents/atk.yaml", MANIFEST);
    a.machine.write("dot/vimrc", "one\n");
    a.git("add", ".");
    a.git("commit", "-qm", "Dotfiles");
    a.git("remote", "add", "origin", fleet.remote);
    await succeed(a.atk("sync", "--yes"));
    fleet.gitIn(fleet.root, "clone", "-q", fleet.remote, "b/dot");
    await succeed(b.atk("sync", "--yes"));
    for (const [each, server] of [
      [a, "one"],
      [b, "two"],
    ] as const)
      each.machine.edit("dot/agents/atk.yaml", "mcp_servers:\n", `mcp_servers:\n  ${server}: { command: node }\n`);
    await succeed(a.atk("sync", "--yes"));
    await succeed(b.atk("sync", "--yes"));
    expect(wired(b.machine)).toEqual(["one", "two", "zero"]);
    expect(b.git("status", "--porcelain")).toBe("");
  });
});

describe("atk sync --install-timer", () => {
  it("writes the schedule to the manifest, keeping comments, and --remove-timer takes it out again", async () => {
    const a = await createFleet().joined("a");
    const before = a.read(".atk/atk.yaml");
    await succeed(a.atk("sync", "--install-timer", "--schedule", "daily 03:30", "--yes"));
    expect(a.read(".atk/atk.yaml")).toMatch(/^sync:\n? .*schedule: daily 03:30/m);
    expect(a.read(".atk/atk.yaml")).toContain("# The first of all.");
    await succeed(a.atk("sync", "--install-timer", "--yes"));
    expect(a.read(".atk/atk.yaml")).toContain("schedule: hourly");
    await succeed(a.atk("sync", "--remove-timer", "--yes"));
    expect(a.read(".atk/atk.yaml")).toBe(before);
    const wrong = await a.atk("sync", "--install-timer", "--schedule", "now and then", "--yes");
    expect(wrong.code).toBe(5);
    expect(a.read(".atk/atk.yaml")).toBe(before);
  });
});

describe.skipIf(!existsSync(MAIN))("atk git (needs a build)", () => {
  const run = (machine: TestMachine, input: string, ...words: readonly string[]) =>
    spawnSync(process.execPath, [MAIN, "git", ...words], {
      cwd: machine.home,
      env: machine.env,
      input,
      encoding: "utf8",
    });

  it("hands on every word, stdin, stdout and the exit code", async () => {
    const a = await createFleet().joined("a");
    expect(run(a, "", "rev-parse", "--show-toplevel").stdout.trim()).toBe(a.path(".atk"));
    expect(run(a, "", "-c", "atk.test=one --json", "config", "atk.test").stdout).toBe("one --json\n");
    expect(run(a, "", "log", "--format=%s", "--", "atk.yaml").stdout).toContain("Edit by hand");
    expect(run(a, "", "--help").stdout).toContain("usage: git");
    expect(run(a, "hello\n", "hash-object", "--stdin").stdout).toBe("ce013625030ba8dba906f756967f9e9ca394464a\n");
    expect(run(a, "", "rev-parse", "--verify", "--quiet", "nothing").status).toBe(1);
    expect(run(a, "", "-c", "color.ui=always", "log", "-1", "--oneline").stdout).toContain("\u001B[33m");
  });

  it("hands on signals, and ends as git does", async () => {
    const a = await createFleet().joined("a");
    const words = ["git", "-c", "alias.wait=!echo ready; exec sleep 60", "wait"];
    const child = spawn(process.execPath, [MAIN, ...words], {
      cwd: a.home,
      env: a.env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    await once(child.stdout, "data");
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];
    expect(code).toBe(143);
  });

  it("two syncs of one machine at once are both done, and the home is whole", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    addServer(a, "one");
    await succeed(a.atk("sync", "--yes"));
    addServer(b, "two");
    const codes = await Promise.all(
      [1, 2].map(async () => {
        const child = spawn(process.execPath, [MAIN, "sync", "--yes"], { cwd: b.home, env: b.env, stdio: "ignore" });
        return ((await once(child, "exit")) as [number])[0];
      }),
    );
    expect(codes).toEqual([0, 0]);
    await succeed(b.atk("sync", "--yes"));
    expect(wired(b)).toEqual(["one", "two", "zero"]);
    expect(b.git("status", "--porcelain")).toBe("");
  });
});
