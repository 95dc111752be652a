import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { SourceContext } from "../../src/sources/context.ts";
import { openLocked, resolveSource, type Resolved } from "../../src/sources/resolve.ts";
import { createWorld, PLUGIN_YAML, type World } from "./world.ts";

let world: World;
let context: SourceContext;
beforeEach(() => {
  world = createWorld();
  world.write("repo/plugin.yaml", PLUGIN_YAML);
  world.git("repo", "init", "--quiet", "--initial-branch=main");
  context = world.context;
});
afterEach(() => world.remove());

const resolve = (ref?: string): Promise<Resolved> =>
  resolveSource(
    "demo",
    { type: "git", url: pathToFileURL(world.path("repo")).href, signed: true, ...(ref === undefined ? {} : { ref }) },
    context,
  );

function hasProgram(program: string): boolean {
  try {
    execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function commit(...more: readonly string[]): void {
  world.git("repo", "add", "--all");
  world.git("repo", "commit", "--quiet", "--allow-empty", "--message=change", ...more);
}

describe.skipIf(!hasProgram("ssh-keygen"))("a git source with signed: true, and keys of ssh", () => {
  beforeEach(() => {
    for (const name of ["mia", "eve"])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", world.path(name)]);
    const key = execFileSync("cat", [world.path("mia.pub")], { encoding: "utf8" });
    world.write("allowed", `mia@example.com ${key}`);
    const settings = `[gpg "ssh"]\n\tallowedSignersFile = ${world.path("allowed")}\n`;
    const env = { ...world.host.machine.env, GIT_CONFIG_GLOBAL: world.write("gitconfig", settings) };
    context = {
      ...context,
      host: createNodeHost({ homeDirectory: world.home, workingDirectory: world.path("manifest"), env }),
    };
    world.git("repo", "config", "gpg.format", "ssh");
    world.git("repo", "config", "user.signingKey", world.path("mia"));
  });

  it("is locked with its signer when the commit is signed", async () => {
    commit("-S");
    expect((await resolve()).locked.signer).toMatch(/^mia@example.com \(ED25519 key SHA256:\S+\)$/);
  });

  it("is locked with its signer when the tag is signed, and opened from the lock where the key is not known", async () => {
    commit();
    world.git("repo", "tag", "-s", "-m", "v1", "v1");
    const { locked } = await resolve("v1");
    expect(locked.signer).toMatch(/^mia@example.com/);
    const tree = await openLocked("demo", locked, { ...world.context, cacheDirectory: world.path("other") });
    expect(tree.integrity).toBe(locked.integrity);
  });

  it("is refused without a signature", async () => {
    commit();
    world.git("repo", "tag", "-m", "v1", "v1");
    await expect(resolve("v1")).rejects.toMatchObject({
      code: "E_POLICY",
      exitCode: 13,
      message: expect.stringMatching(
        /^v1 of file:.* must be signed.*the tag: it has no signature; the commit: it has no signature/,
      ),
    });
    expect(world.list(world.home)).toEqual([]);
  });

  it("is refused when somebody signed it who is not known", async () => {
    world.git("repo", "config", "user.signingKey", world.path("eve"));
    commit("-S");
    await expect(resolve()).rejects.toMatchObject({
      code: "E_POLICY",
      message: expect.stringMatching(/No principal matched/i),
    });
  });

  it("is refused when a signed tag was put under another name", async () => {
    commit();
    world.git("repo", "tag", "-s", "-m", "v1", "v1");
    world.git("repo", "update-ref", "refs/tags/v2", world.git("repo", "rev-parse", "v1"));
    await expect(resolve("v2")).rejects.toMatchObject({ code: "E_POLICY" });
  });

  it("may be asked of every git source by the context", async () => {
    commit();
    const work = resolveSource(
      "demo",
      { type: "git", url: pathToFileURL(world.path("repo")).href },
      { ...context, signed: true },
    );
    await expect(work).rejects.toMatchObject({ code: "E_POLICY" });
  });
});

describe.skipIf(!hasProgram("gpg"))("a git source with signed: true, and keys of gpg", () => {
  it("is locked with name and fingerprint of the signer, and refused where the key is not known", async () => {
    const home = world.path("g");
    execFileSync("mkdir", ["-m", "700", home]);
    const env = { ...world.host.machine.env, GNUPGHOME: home };
    const gpg = (...args: readonly string[]): string =>
      execFileSync("gpg", ["--batch", ...args], { env: env as NodeJS.ProcessEnv, encoding: "utf8", stdio: "pipe" });
    try {
      gpg("--passphrase", "", "--quick-gen-key", "Mia <mia@example.com>", "ed25519", "sign", "never");
      const sign = ["-c", "user.signingKey=mia@example.com", "commit", "--quiet", "-S", "--message=one"];
      world.git("repo", "add", "--all");
      execFileSync("git", sign, { cwd: world.path("repo"), env: env as NodeJS.ProcessEnv, stdio: "pipe" });
      context = {
        ...context,
        host: createNodeHost({ homeDirectory: world.home, workingDirectory: world.path("manifest"), env }),
      };
      expect((await resolve()).locked.signer).toMatch(/^Mia <mia@example.com> \([0-9A-F]{40}\)$/);
      context = { ...context, host: world.host };
      await expect(resolve()).rejects.toMatchObject({
        code: "E_POLICY",
        message: expect.stringMatching(/signed by the key [0-9A-F]+, which is not known/),
      });
    } finally {
      execFileSync("gpgconf", ["--homedir", home, "--kill", "all"]);
    }
  });
});
