import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { installMergeDriver } from "../../src/app/merge/install-merge-driver.ts";
import { initialAttributes } from "../../src/git/attributes-file.ts";
import { mergeText } from "../../src/merge/merge-text.ts";
import { changed, changes, manifests } from "../merge/manifest-arbitrary.ts";
import { createScratch, type Scratch } from "../git/scratch.ts";

const MAIN = resolve(import.meta.dirname, "../../dist/main.js");

const MANIFEST = `schema_version: "2026-11-21"
agents: [claude-code]

plugins:
  # issues
  - github
  - memory

mcp_servers: {}
`;

/** Two clones of one home, and atk on the PATH. */
interface Fleet {
  readonly scratch: Scratch;
  readonly laptop: string;
  readonly server: string;
}

let fleet: Fleet;

beforeEach(async () => {
  const scratch = createScratch();
  const bin = join(scratch.root, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "atk"), `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(join(bin, "atk"), 0o755);
  Object.assign(scratch.env, { PATH: `${bin}:${scratch.env["PATH"]}` });
  const remote = join(scratch.root, "remote.git");
  scratch.gitIn(scratch.root, "init", "-q", "--bare", remote);
  const [laptop, server] = [join(scratch.root, "laptop"), join(scratch.root, "server")];
  scratch.gitIn(scratch.root, "clone", "-q", remote, laptop);
  write(laptop, {
    "atk.yaml": MANIFEST,
    ".gitattributes": initialAttributes(),
    "atk.lock": lock({ github: "1.0.0", memory: "1.0.0" }),
  });
  commit(scratch, laptop, "begin");
  scratch.gitIn(laptop, "push", "-q", "origin", "HEAD");
  scratch.gitIn(scratch.root, "clone", "-q", remote, server);
  for (const clone of [laptop, server]) await installMergeDriver(clone, scratch.host());
  fleet = { scratch, laptop, server };
});

afterEach(() => fleet.scratch.remove());

describe("git with atk's merge driver", () => {
  it("pulls what another machine changed in the same lines, and gives what mergeText gives", async () => {
    const { laptop, server } = fleet;
    const ours = MANIFEST.replace("  - memory\n", "  - memory\n  - sentry\n");
    const theirs = MANIFEST.replace("  - memory\n", "  - name: memory # slow\n    enabled: false\n  - figma\n");
    change(
      server,
      { "atk.yaml": theirs, "atk.lock": lock({ github: "1.0.0", memory: "1.0.0", figma: "2.0.0" }) },
      "figma",
    );
    push(server);
    change(
      laptop,
      { "atk.yaml": ours, "atk.lock": lock({ github: "1.1.0", memory: "1.0.0", sentry: "3.0.0" }) },
      "sentry",
    );
    expect(pull(laptop).status).toBe(0);
    const merged = await mergeText("manifest", { base: MANIFEST, ours, theirs }, {});
    expect(read(laptop, "atk.yaml")).toBe(merged.text);
    expect(read(laptop, "atk.lock")).toBe(lock({ figma: "2.0.0", github: "1.1.0", memory: "1.0.0", sentry: "3.0.0" }));
    expect(git(laptop, "status", "--porcelain")).toBe("");
    push(laptop);
    expect(pull(server).status).toBe(0);
    expect(read(server, "atk.yaml")).toBe(read(laptop, "atk.yaml"));
  });

  it("gives the same on the other machine", () => {
    const { laptop, server } = fleet;
    change(laptop, { "atk.yaml": MANIFEST.replace("  - memory\n", "  - memory\n  - sentry\n") }, "sentry");
    change(server, { "atk.yaml": MANIFEST.replace("  - memory\n", "  - memory\n  - figma\n") }, "figma");
    const before = git(laptop, "rev-parse", "HEAD").trim();
    git(laptop, "pull", "-q", "--no-rebase", "--no-edit", server, "HEAD");
    git(server, "fetch", "-q", laptop, "HEAD");
    git(server, "merge", "-q", "--no-edit", before);
    expect(read(server, "atk.yaml")).toBe(read(laptop, "atk.yaml"));
    expect(read(server, "atk.yaml")).toBe(MANIFEST.replace("  - memory\n", "  - memory\n  - figma\n  - sentry\n"));
  });

  it("gives what mergeText gives for manifests and edits at random", async () => {
    const { laptop } = fleet;
    const edits = fc.array(changes, { minLength: 1, maxLength: 4 });
    const start = git(laptop, "rev-parse", "HEAD").trim();
    const version = (from: string, text: string): string => {
      git(laptop, "checkout", "-q", "--detach", from);
      write(laptop, { "atk.yaml": text });
      git(laptop, "commit", "-q", "--allow-empty", "-am", "version");
      return git(laptop, "rev-parse", "HEAD").trim();
    };
    await fc.assert(
      fc.asyncProperty(manifests, edits, edits, async (base, a, b) => {
        const [ours, theirs] = [a.reduce(changed, base), b.reduce(changed, base)];
        const root = version(start, base);
        const [other, mine] = [version(root, theirs), version(root, ours)];
        const { status } = spawnSync("git", ["merge", "-q", "--no-edit", other], { cwd: laptop, env: env() });
        const merged = await mergeText("manifest", { base, ours, theirs }, {});
        expect([read(laptop, "atk.yaml"), status]).toEqual([merged.text, merged.disagreements.length === 0 ? 0 : 1]);
        git(laptop, "reset", "-q", "--hard", mine);
      }),
      { numRuns: 12 },
    );
  });

  it.each(["--no-rebase", "--rebase"])("drops from the lock what the merged manifest has no more: pull %s", (how) => {
    const { laptop, server } = fleet;
    const locked = (versions: Readonly<Record<string, string>>) => ({ "atk.lock": lock(versions) });
    change(
      server,
      { "atk.yaml": MANIFEST.replace("  - memory\n", ""), ...locked({ github: "1.0.0" }) },
      "without memory",
    );
    push(server);
    // This machine upgraded memory in the lock alone: nothing in the manifest is changed.
    change(laptop, locked({ github: "1.0.0", memory: "9.0.0" }), "upgrade");
    expect(pull(laptop, how).status).toBe(0);
    expect(read(laptop, "atk.lock")).toBe(lock({ github: "1.0.0" }));
  });

  it("keeps the path as a conflict when both changed one field, names the field, and leaves our value", () => {
    const { laptop, server } = fleet;
    const at = (version: string) =>
      MANIFEST.replace("  - github\n", `  - name: github\n    source: { type: registry, version: "${version}" }\n`);
    change(server, { "atk.yaml": at("2.0.0").replace("  - memory\n", "  - memory\n  - figma\n") }, "two");
    push(server);
    change(laptop, { "atk.yaml": at("1.0.0") }, "one");
    const pulled = pull(laptop);
    expect(pulled.status).toBe(1);
    expect(pulled.stderr).toContain("atk.yaml: both sides changed plugins.github.source");
    expect(read(laptop, "atk.yaml")).toBe(at("1.0.0").replace("  - memory\n", "  - memory\n  - figma\n"));
    expect(git(laptop, "status", "--porcelain")).toContain("UU atk.yaml");
  });

  it("merges by line as ever where atk is not on the PATH", () => {
    const { laptop, server, scratch } = fleet;
    change(server, { "atk.yaml": MANIFEST.replace("  - memory\n", "  - memory\n  - figma\n") }, "figma");
    push(server);
    change(laptop, { "atk.yaml": MANIFEST.replace("[claude-code]", "[codex]") }, "codex");
    const path = (scratch.env["PATH"] ?? "").split(":").slice(1).join(":");
    const { status } = spawnSync("git", ["pull", "-q", "--no-rebase", "--no-edit"], {
      cwd: laptop,
      env: { ...scratch.env, PATH: path },
    });
    expect(status).toBe(0);
    expect(read(laptop, "atk.yaml")).toContain("  - figma\n");
  });

  it("says where a side cannot be read, and git keeps the path as a conflict", () => {
    const { laptop, server } = fleet;
    change(server, { "atk.yaml": MANIFEST.replace("  - memory\n", "  - [memory\n") }, "broken");
    push(server);
    change(laptop, { "atk.yaml": MANIFEST.replace("[claude-code]", "[codex]") }, "codex");
    const { status, stderr } = pull(laptop);
    expect(status).toBe(1);
    expect(stderr).toMatch(/atk\.yaml:\d+:\d+/);
  });
});

const env = (): NodeJS.ProcessEnv => ({ ...fleet.scratch.env, GIT_EDITOR: "true" });

function git(clone: string, ...args: readonly string[]): string {
  return execFileSync("git", [...args], {
    cwd: clone,
    env: env(),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const push = (clone: string) => git(clone, "push", "-q", "origin", "HEAD");

function pull(clone: string, how = "--no-rebase") {
  return spawnSync(
    "git",
    ["pull", "-q", how, "--no-edit"].filter((word) => how !== "--rebase" || word !== "--no-edit"),
    {
      cwd: clone,
      env: env(),
      encoding: "utf8",
    },
  );
}

function write(clone: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(clone, name), text);
}

function commit({ gitIn }: Scratch, clone: string, message: string): void {
  gitIn(clone, "add", "-A");
  gitIn(clone, "commit", "-q", "-m", message);
}

function change(clone: string, files: Readonly<Record<string, string>>, message: string): void {
  write(clone, files);
  commit(fleet.scratch, clone, message);
}

const read = (clone: string, name: string) => readFileSync(join(clone, name), "utf8");

/** A lock with these versions, as atk prints it. */
function lock(versions: Readonly<Record<string, string>>): string {
  const plugins = Object.entries(versions)
    .sort()
    .map(([name, version]) => [
      name,
      { integrity: `sha256-${"0".repeat(63)}${version[0] ?? ""}`, source: { type: "registry" }, version },
    ]);
  return `${JSON.stringify({ lockVersion: 1, plugins: Object.fromEntries(plugins) }, null, 2)}\n`;
}
