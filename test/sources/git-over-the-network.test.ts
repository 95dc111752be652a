import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdirSync } from "node:fs";
import { createConnection, createServer } from "node:net";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { SourceContext } from "../../src/sources/context.ts";
import { openLocked, resolveSource, type Resolved } from "../../src/sources/resolve.ts";
import { serveRepositories, type HttpRemote } from "../git/http-remote.ts";
import { createWorld, PLUGIN_YAML, type World } from "./world.ts";

let world: World;
let closing: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  world = createWorld();
  world.write("root/repo/tools/a/plugin.yaml", PLUGIN_YAML);
  world.write("root/repo/other/large.bin", "x".repeat(1000));
  world.git("root/repo", "init", "--quiet", "--initial-branch=main");
  commit("one");
  world.git("root/repo", "tag", "v1");
});
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
  world.remove();
});

function commit(message: string): string {
  world.git("root/repo", "add", "--all");
  world.git("root/repo", "commit", "--quiet", `--message=${message}`);
  return world.git("root/repo", "rev-parse", "HEAD");
}

const resolve = (url: string, context: SourceContext = world.context): Promise<Resolved> =>
  resolveSource("demo", { type: "git", url, ref: "v1", path: "tools/a" }, context);

/** A context that has fetched nothing yet. */
const elsewhere = (context = world.context): SourceContext => ({ ...context, cacheDirectory: world.path("elsewhere") });

describe("a git source over http", () => {
  let remote: HttpRemote;
  beforeEach(async () => {
    const env = Object.fromEntries(
      Object.entries(world.host.machine.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
    remote = await serveRepositories(world.path("root"), env);
    closing.push(() => remote.close());
  });

  it("is locked to the commit of its tag, and opened elsewhere from the lock", async () => {
    const { locked, tree } = await resolve(`${remote.url}/repo/.git`);
    expect(locked.commit).toBe(world.git("root/repo", "rev-parse", "v1"));
    expect(tree.entries.map(({ path }) => path)).toEqual(["plugin.yaml"]);
    expect((await openLocked("demo", locked, elsewhere())).integrity).toBe(locked.integrity);
  });

  it("whose tag was moved gives elsewhere what was locked, as long as the server has it", async () => {
    const { locked } = await resolve(`${remote.url}/repo/.git`);
    world.write("root/repo/tools/a/more.md", "x");
    commit("two");
    world.git("root/repo", "tag", "--force", "v1");
    expect((await openLocked("demo", locked, elsewhere())).integrity).toBe(locked.integrity);
    expect((await resolve(`${remote.url}/repo/.git`)).locked.commit).not.toBe(locked.commit);
  });
});

describe("a git source whose locked commit is gone", () => {
  it("because the tag was moved is refused with exit 13, and says how to go on", async () => {
    const { locked } = await resolve(pathToFileURL(world.path("root/repo")).href);
    world.git("root/repo", "commit", "--quiet", "--amend", "--message=rewritten");
    world.git("root/repo", "tag", "--force", "v1");
    world.git("root/repo", "reflog", "expire", "--expire=now", "--all");
    world.git("root/repo", "gc", "--quiet", "--prune=now");
    await expect(openLocked("demo", locked, elsewhere())).rejects.toMatchObject({
      code: "E_INTEGRITY",
      exitCode: 13,
      message: expect.stringContaining(`no longer has the locked commit ${locked.commit}: v1 was moved`),
      hint: "atk lock demo (takes what is there now; look at it first)",
    });
  });
});

describe("a git source over ssh that cannot be reached", () => {
  it("is named in the hint with its user, so that the command works", async () => {
    const url = `ssh://git@127.0.0.1:${await freePort()}/repo`;
    await expect(resolve(url)).rejects.toMatchObject({
      code: "E_GIT",
      hint: `git ls-remote ${url} (shows what git can reach)`,
    });
  });
});

/** Debian: openssh-server. */
const SSHD = "/usr/sbin/sshd";

describe.skipIf(!existsSync(SSHD))("a git source over ssh (needs openssh-server)", () => {
  it("is fetched with the user's own ssh", async () => {
    const port = await freePort();
    for (const name of ["host", "user"])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", world.path(name)]);
    world.write("authorized", execFileSync("cat", [world.path("user.pub")]), 0o600);
    const settings = [
      `Port ${port}`,
      "ListenAddress 127.0.0.1",
      `HostKey ${world.path("host")}`,
      `AuthorizedKeysFile ${world.path("authorized")}`,
      "StrictModes no",
      "UsePAM no",
      "PasswordAuthentication no",
      `PidFile ${world.path("sshd.pid")}`,
      "",
    ];
    if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true });
    chmodSync(world.root, 0o755);
    const server = spawn(SSHD, ["-D", "-f", world.write("sshd_config", settings.join("\n"))], { stdio: "ignore" });
    closing.push(() => ended(server));
    await answering(port);
    const ssh = `ssh -i ${world.path("user")} -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=${world.path("known")}`;
    const env = { ...world.host.machine.env, GIT_SSH_COMMAND: ssh };
    const host = createNodeHost({ homeDirectory: world.home, workingDirectory: world.path("manifest"), env });
    const user = execFileSync("id", ["-un"], { encoding: "utf8" }).trim();
    const context = { ...world.context, host };
    const { locked } = await resolve(`ssh://${user}@127.0.0.1:${port}${world.path("root/repo")}`, context);
    expect(locked.commit).toBe(world.git("root/repo", "rev-parse", "v1"));
    expect((await openLocked("demo", locked, elsewhere(context))).integrity).toBe(locked.integrity);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => void server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => void server.close(done));
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Until something listens. */
async function answering(port: number): Promise<void> {
  for (;;) {
    const connected = await new Promise<boolean>((done) => {
      const socket = createConnection({ port, host: "127.0.0.1" }, () => {
        socket.destroy();
        done(true);
      });
      socket.on("error", () => done(false));
    });
    if (connected) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  await new Promise((done) => {
    child.once("exit", done);
    child.kill();
  });
}
