import { mkdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLocked, resolveSource, type Resolved } from "../../src/sources/resolve.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import type { SourceContext } from "../../src/sources/context.ts";
import { createWorld, type World } from "./world.ts";

const DIGEST = `sha256:${"1a".repeat(32)}`;
const IMAGE = "ghcr.io/acme/weather:1.2.0";
const OTHER = `sha256:${"2b".repeat(32)}`;

let world: World;
let context: SourceContext;
beforeEach(() => {
  world = createWorld();
  mkdirSync(world.path("bin"));
  const env = { ...world.host.machine.env, PATH: world.path("bin") };
  context = {
    ...world.context,
    host: createNodeHost({ homeDirectory: world.home, workingDirectory: world.path("manifest"), env }),
  };
});
afterEach(() => world.remove());

/** A double: a program that answers one command line and knows no other. */
function program(name: string, words: string, printed: string): void {
  const lines = [
    "#!/bin/sh",
    `case "$*" in`,
    `  '${words}') echo '${printed}';;`,
    `  *) echo "unknown: $*" >&2; exit 1;;`,
    "esac",
    "",
  ];
  world.write(`bin/${name}`, lines.join("\n"), 0o755);
}

const resolve = (image = IMAGE): Promise<Resolved> => resolveSource("weather", { type: "oci", image }, context);
const yaml = async ({ tree }: Resolved): Promise<string> => new TextDecoder().decode(await tree.read("plugin.yaml"));
const BUILDX = `buildx imagetools inspect ${IMAGE} --format {{json .Manifest}}`;
const MANIFEST = JSON.stringify({ mediaType: "application/vnd.oci.image.index.v1+json", digest: DIGEST, size: 1 });

describe("an image is locked to its digest", () => {
  it.each([
    ["docker", BUILDX, MANIFEST, "docker"],
    [
      "docker",
      `image inspect --format {{json .RepoDigests}} ${IMAGE}`,
      JSON.stringify([`ghcr.io/acme/weather@${DIGEST}`]),
      "docker",
    ],
    [
      "podman",
      `image inspect --format {{json .RepoDigests}} ${IMAGE}`,
      JSON.stringify([`ghcr.io/acme/weather@${DIGEST}`]),
      "podman",
    ],
    ["skopeo", `inspect --format {{.Digest}} docker://${IMAGE}`, DIGEST, "docker"],
  ])("by %s %s", async (name, words, printed, runtime) => {
    program(name, words, printed);
    const found = await resolve();
    expect(found.locked).toEqual({
      source: { type: "oci", image: IMAGE },
      imageDigest: DIGEST,
      integrity: found.tree.integrity,
    });
    expect(await yaml(found)).toContain(
      `  command: ${runtime}\n  args: ["run","-i","--rm","ghcr.io/acme/weather@${DIGEST}"]`,
    );
  });

  it("by its own words, without asking anybody", async () => {
    expect((await resolve(`ghcr.io/acme/weather@${DIGEST}`)).locked.imageDigest).toBe(DIGEST);
  });

  it("and stays what it was when the tag moves, also where podman stands in for docker", async () => {
    program("docker", BUILDX, MANIFEST);
    const { locked } = await resolve();
    program("docker", BUILDX, MANIFEST.replace(DIGEST, OTHER));
    const tree = await openLocked("weather", locked, {
      ...context,
      cacheDirectory: world.path("other"),
      offline: true,
    });
    expect(tree.integrity).toBe(locked.integrity);
    expect((await resolve()).locked.imageDigest).toBe(OTHER);
  });
});

describe("an image whose digest cannot be found out", () => {
  it("for want of a program is an error that names them", async () => {
    await expect(resolve()).rejects.toMatchObject({
      code: "E_PROGRAM",
      message: expect.stringMatching(/docker, podman or skopeo/),
    });
  });

  it("is an error in the program's words", async () => {
    program("docker", "nothing", "");
    await expect(resolve()).rejects.toMatchObject({
      code: "E_SOURCE",
      message: expect.stringMatching(/docker buildx: unknown/),
    });
  });
});
