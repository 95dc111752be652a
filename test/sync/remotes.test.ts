import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { serveNothing, serveRepositories } from "../git/http-remote.ts";
import { runAtk } from "../scenarios/run-atk.ts";
import { addServer, createFleet, MANIFEST, succeed, wired, type TestFleet, type TestMachine } from "./machines.ts";

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A machine whose home is made here and pushed to the address, or cloned from it. */
async function joinedBy(fleet: TestFleet, name: string, url: string, first: boolean): Promise<TestMachine> {
  const machine = fleet.machine(name);
  if (first) {
    await succeed(machine.atk("init", "--agent", "cursor"));
    machine.write(".atk/atk.yaml", MANIFEST);
    machine.git("remote", "add", "origin", url);
  } else await succeed(machine.atk("init", "--from", url));
  await succeed(machine.atk("sync", "--yes"));
  return machine;
}

async function travel(fleet: TestFleet, url: string): Promise<void> {
  const a = await joinedBy(fleet, "a", url, true);
  const b = await joinedBy(fleet, "b", url, false);
  addServer(a, "one");
  b.edit(".atk/atk.yaml", "agents: [cursor]", "agents: [cursor, claude-code]");
  await succeed(a.atk("sync", "--yes"));
  await succeed(b.atk("sync", "--yes"));
  await succeed(a.atk("sync", "--yes"));
  expect(wired(a)).toEqual(["one", "zero"]);
  expect(a.read(".atk/atk.yaml")).toBe(b.read(".atk/atk.yaml"));
}

describe("a remote", () => {
  it("over file:// is synced with", async () => {
    const fleet = createFleet();
    await travel(fleet, `file://${fleet.remote}`);
  });

  it("over http is synced with", async () => {
    const fleet = createFleet();
    fleet.gitIn(fleet.remote, "config", "http.receivepack", "true");
    const server = await serveRepositories(fleet.root, process.env as Record<string, string>);
    closing.push(() => server.close());
    await travel(fleet, `${server.url}/remote.git`);
  });

  it.skipIf(!existsSync("/usr/sbin/sshd"))("over ssh is synced with", async () => {
    const fleet = createFleet();
    const { url, config } = await serveSsh(fleet);
    execFileSync("git", ["config", "-f", join(fleet.root, "gitconfig"), "core.sshCommand", config]);
    await travel(fleet, url);
  });
});

describe("a machine without git", () => {
  it("syncs over http: takes in, merges by meaning, pushes", async () => {
    const fleet = createFleet();
    fleet.gitIn(fleet.remote, "config", "http.receivepack", "true");
    const server = await serveRepositories(fleet.root, process.env as Record<string, string>);
    closing.push(() => server.close());
    const a = await joinedBy(fleet, "a", `${server.url}/remote.git`, true);
    const b = await joinedBy(fleet, "b", `${server.url}/remote.git`, false);
    addServer(a, "one");
    b.edit(".atk/atk.yaml", "agents: [cursor]", "agents: [cursor, claude-code]");
    await succeed(a.atk("sync", "--yes"));
    mkdirSync(b.path("bin"));
    symlinkSync(process.execPath, b.path("bin/node"));
    const env = { ...b.env, PATH: b.path("bin") };
    const place = { home: b.home, directory: b.home, env };
    await succeed(runAtk(["sync", "--yes"], place));
    const proxied = await runAtk(["git", "status"], place);
    expect(proxied.code).toBe(8);
    expect(proxied.stderr).toContain("git: it is not installed");
    await succeed(a.atk("sync", "--yes"));
    expect(wired(b)).toEqual(["one", "zero"]);
    expect(a.read(".atk/atk.yaml")).toBe(b.read(".atk/atk.yaml"));
    expect(b.git("status", "--porcelain")).toBe("");
    expect(b.git("log", "-1", "--format=%P").trim().split(" ")).toHaveLength(2);
  });
});

describe("a remote that does not do what it should", () => {
  it("and never answers is given up after the time limit, and nothing is changed", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    const server = await serveNothing();
    closing.push(() => server.close());
    a.git("remote", "set-url", "origin", `${server.url}/remote.git`);
    const head = a.git("rev-parse", "HEAD");
    const { code, stderr } = await a.atk("sync", "--yes", "--timeout", "1");
    expect(code).toBe(7);
    expect(stderr).toContain("no end after 1 s (time limit)");
    expect(a.git("rev-parse", "HEAD")).toBe(head);
  });

  it("and wants a password is not answered: nobody is asked", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    const server = createServer((socket) => {
      socket.once("data", () =>
        socket.end('HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n'),
      );
    });
    a.git("remote", "set-url", "origin", `http://127.0.0.1:${await listening(server)}/remote.git`);
    const { code, stderr } = await a.atk("sync", "--yes");
    expect(code).toBe(7);
    expect(stderr).toContain("atk never asks for a password");
  });

  it("and is away is said, with the address's secrets left out", async () => {
    const a = await createFleet().joined("a");
    a.git("remote", "set-url", "origin", "http://ada:hunter2@127.0.0.1:9/remote.git");
    const { code, stderr } = await a.atk("sync", "--yes");
    expect(code).toBe(7);
    expect(stderr).not.toContain("hunter2");
  });

  it("and refuses the push by a hook is not asked again and again; the machine itself is done", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    const hook = join(fleet.remote, "hooks/pre-receive");
    // What the machine tells the others is pushed to a branch of its own, and is not counted.
    const count = `grep -o 'refs/heads/main$' >> '${fleet.root}/tried'`;
    writeFileSync(hook, `#!/bin/sh\n${count}\necho 'no pushes today' >&2\nexit 1\n`);
    chmodSync(hook, 0o755);
    addServer(a, "one");
    const { code, stderr } = await a.atk("sync", "--yes");
    expect(code).toBe(7);
    expect(stderr).toContain("! not pushed:");
    expect(execFileSync("cat", [join(fleet.root, "tried")], { encoding: "utf8" })).toBe("refs/heads/main\n");
    expect(wired(a)).toEqual(["one", "zero"]);
  });

  it("and is fetched from by another git here in the same moment is fetched from once more", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    addServer(a, "one");
    await succeed(a.atk("sync", "--yes"));
    // The remote's git runs this between its answer and the pack, which is when the other one is done.
    const meanwhile = join(fleet.root, "meanwhile");
    const other = `git -C '${b.path(".atk")}' update-ref refs/remotes/origin/main HEAD~1`;
    b.git("commit", "--allow-empty", "-qm", "mine");
    const once = `[ -e '${meanwhile}.done' ] || { touch '${meanwhile}.done'; env -u GIT_DIR ${other}; }`;
    writeFileSync(meanwhile, `#!/bin/sh\n${once}\nexec "$@"\n`);
    chmodSync(meanwhile, 0o755);
    b.git("update-ref", "refs/remotes/origin/main", "HEAD");
    execFileSync("git", ["config", "-f", join(fleet.root, "gitconfig"), "uploadpack.packObjectsHook", meanwhile]);
    expect((await succeed(b.atk("sync", "--yes", "--accept-rewritten"))).stderr).toContain("Took 1 commit");
    expect(existsSync(`${meanwhile}.done`)).toBe(true);
    expect(wired(b)).toEqual(["one", "zero"]);
  });

  it("and is not to be used (--offline) is not: this machine is done without it", async () => {
    const fleet = createFleet();
    const a = await fleet.joined("a");
    a.git("remote", "set-url", "origin", "http://127.0.0.1:9/remote.git");
    addServer(a, "one");
    const { stderr } = await succeed(a.atk("sync", "--yes", "--offline"));
    expect(stderr).toContain("Offline: nothing was fetched and nothing is pushed.");
    expect(wired(a)).toEqual(["one", "zero"]);
  });
});

describe("somebody who pushes between the fetch and the push", () => {
  it("is met by fetching, merging and pushing again", async () => {
    const fleet = createFleet();
    const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
    addServer(a, "one");
    addServer(b, "two");
    a.git("commit", "-qam", "One");
    // The first push of b finds that a was faster: a pushes from b's own pre-push hook.
    const hook = b.path(".atk/.git/hooks/pre-push");
    writeFileSync(
      hook,
      `#!/bin/sh\ntest -e '${fleet.root}/done' && exit 0\n: > '${fleet.root}/done'\nunset GIT_DIR\ngit -C '${a.path(".atk")}' push -q\n`,
    );
    chmodSync(hook, 0o755);
    const { stderr } = await succeed(b.atk("sync", "--yes"));
    expect(stderr).toContain("Pushed.");
    await succeed(a.atk("sync", "--yes"));
    for (const machine of [a, b]) expect(wired(machine)).toEqual(["one", "two", "zero"]);
  });
});

describe("auto_push", () => {
  it("pushes after a command's own commit, and sets the upstream the first time", async () => {
    const fleet = createFleet();
    const a = fleet.machine("a");
    await succeed(a.atk("init", "--agent", "cursor"));
    a.write(".atk/atk.yaml", `${MANIFEST}config: { auto_push: true }\n`);
    a.git("remote", "add", "origin", fleet.remote);
    await succeed(a.atk("add", "everything", "--yes"));
    expect(a.git("rev-parse", "--abbrev-ref", "@{upstream}").trim()).toBe("origin/main");
    expect(fleet.gitIn(fleet.remote, "log", "-1", "--format=%s", "main").trim()).toBe("Add plugin 'everything'");
  });
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  closing.push(async () => new Promise((done) => void server.close(done)));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A real sshd on a free port, for this user only. */
async function serveSsh(fleet: TestFleet): Promise<{ readonly url: string; readonly config: string }> {
  const probe = createServer();
  const port = await listening(probe);
  await closing.pop()?.();
  const path = (name: string): string => join(fleet.root, name);
  for (const name of ["host", "user"]) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path(name)]);
  const lines = [`Port ${port}`, "ListenAddress 127.0.0.1", `HostKey ${path("host")}`, "StrictModes no", "UsePAM no"];
  writeFileSync(
    path("sshd_config"),
    [
      ...lines,
      `AuthorizedKeysFile ${path("user.pub")}`,
      "PasswordAuthentication no",
      `PidFile ${path("pid")}`,
      "",
    ].join("\n"),
  );
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
  chmodSync(fleet.root, 0o755);
  const server = spawn("/usr/sbin/sshd", ["-D", "-f", path("sshd_config")], { stdio: "ignore" });
  closing.push(() => ended(server));
  while (!(await answers(port))) await new Promise((done) => setTimeout(done, 20));
  const user = execFileSync("id", ["-un"], { encoding: "utf8" }).trim();
  const config = `ssh -i ${path("user")} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=${path("known")}`;
  return { url: `ssh://${user}@127.0.0.1:${port}${fleet.remote}`, config };
}

async function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = createConnection({ port, host: "127.0.0.1" }, () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => void child.once("exit", done));
  child.kill();
  await gone;
}
