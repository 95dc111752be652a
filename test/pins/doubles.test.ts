import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createNodeHost } from "../../src/host/node-host.ts";
import { makePin } from "../../src/pins/make-pin.ts";
import type { Pinned, PinContext } from "../../src/pins/pin-context.ts";
import { readCommand } from "../../src/pins/read-command.ts";

const DIGEST = `sha256:${"ab".repeat(32)}`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "atk-pins-"));
  mkdirSync(join(root, "bin"));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A program that writes its words down and then does this. */
function program(name: string, script: string): void {
  const path = join(root, "bin", name);
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "${name} $*" >> ${root}/said\n${script}\n`);
  chmodSync(path, 0o755);
}

function said(): readonly string[] {
  return readFileSync(join(root, "said"), "utf8").trim().split("\n");
}

async function pin(line: string, more: Partial<PinContext> = {}): Promise<Pinned> {
  const fetched = readCommand(line.split(" "));
  if (fetched === undefined) throw new Error(`${line} fetches nothing`);
  const env = { PATH: [join(root, "bin"), dirname("/bin/sh")].join(delimiter), HOME: root };
  const host = createNodeHost({ homeDirectory: root, workingDirectory: root, env, hostname: "workbench" });
  return makePin(fetched, { host, cacheDirectory: join(root, "cache"), minimumReleaseAgeMs: 0, ...more });
}

describe("a package of PyPI", () => {
  it("an exact version is the pin: nobody is asked", async () => {
    expect(await pin("uvx mcp-server-git==1.2.3 --repo .")).toEqual({
      pin: { type: "pypi", package: "mcp-server-git", version: "1.2.3" },
    });
  });

  it("a range is what uv resolves it to", async () => {
    program("uv", "cat <<'END'\nmcp-server-git==2.0.1 \\\n    --hash=sha256:00\nother==1.0\nEND");
    expect(await pin("uvx MCP_server.git>=1")).toMatchObject({ pin: { package: "MCP_server.git", version: "2.0.1" } });
    expect(said()).toEqual([expect.stringMatching(/^uv pip compile .*--generate-hashes/)]);
  });

  it("minimum_release_age is passed on", async () => {
    program("uv", "echo acme==1.0.0");
    await pin("uvx acme", { minimumReleaseAgeMs: 86_400_000 });
    expect(said()[0]).toMatch(/--exclude-newer \d{4}-\d\d-\d\dT/);
  });

  it("no version that is old enough is refused: unpinned, the newest would run", async () => {
    program("uv", 'case "$*" in *--exclude-newer*) exit 1;; esac; echo acme==1.0.0');
    await expect(pin("uvx acme", { minimumReleaseAgeMs: 86_400_000 })).rejects.toThrow(
      "no version of acme and of what it depends on is old enough, and minimum_release_age is 1 day",
    );
  });

  it("what uv cannot resolve is unpinned, in its words", async () => {
    program("uv", "echo 'no such package' >&2; exit 1");
    expect(await pin("uvx acme")).toEqual({
      pin: { type: "unpinned", reason: "uv could not resolve acme: no such package" },
    });
  });
});

describe("an image", () => {
  it("a digest that is written is the pin", async () => {
    const image = `ghcr.io/acme/server@${DIGEST}`;
    expect(await pin(`docker run -i --rm ${image}`)).toEqual({ pin: { type: "image", image, digest: DIGEST } });
  });

  it("a tag is what the registry says it means", async () => {
    program("docker", `[ "$1" = buildx ] && echo ${DIGEST}`);
    expect(await pin("docker run -i --rm acme/server:1")).toEqual({
      pin: { type: "image", image: "acme/server:1", digest: DIGEST },
    });
    expect(said()).toEqual(["docker buildx imagetools inspect acme/server:1 --format {{.Manifest.Digest}}"]);
  });

  it("where docker has no buildx, skopeo is asked, and then what is on this machine", async () => {
    program("docker", `[ "$1" = image ] && echo acme/server@${DIGEST}; [ "$1" = image ]`);
    program("skopeo", "exit 1");
    expect(await pin("docker run acme/server")).toMatchObject({ pin: { digest: DIGEST } });
    expect(said().map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "docker buildx",
      "skopeo inspect",
      "docker image",
    ]);
  });

  it("an image that nobody knows is unpinned, with the reason", async () => {
    program("docker", "echo 'no such image' >&2; exit 1");
    expect(await pin("docker run acme/server")).toEqual({
      pin: { type: "unpinned", reason: "docker knows no digest of acme/server: no such image" },
    });
  });
});
