import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { buildIndex, indexText } from "../../../src/sources/build-index.ts";
import { openSecretKey, signContent, type KeyFiles } from "../../../src/sources/registries/secret-key.ts";
import { createWorld, type World } from "../world.ts";

/** A registry that is being kept by somebody, in a folder `acme` of the world, which is a git repository too. */
export interface RegistryFolder {
  readonly world: World;
  readonly directory: string;
  readonly url: string;
  plugin(name: string, version: string, more?: string): void;
  /** Writes index.json as `atk registry index` does. */
  index(): Promise<void>;
  sign(keys: KeyFiles, timestamp: number): void;
  /** Commits everything; gives the commit. */
  commit(tag?: string): string;
  /** plugin, index and commit in one. */
  publish(name: string, version: string): Promise<string>;
}

export function createRegistryFolder(world: World = createWorld()): RegistryFolder {
  const directory = world.path("acme");
  world.write("acme/README.md", "plugins of acme\n");
  world.git("acme", "init", "--quiet", "--initial-branch=main");
  const folder: RegistryFolder = {
    world,
    directory,
    url: pathToFileURL(directory).href,
    plugin(name, version, more = "") {
      const text = ['schema_version: "2026-11-21"', `name: ${name}`, `description: The ${name} of acme`];
      world.write(
        `acme/plugins/${name}/plugin.yaml`,
        [...text, `version: "${version}"`, "maturity: community", "tags: [acme]", more, ""].join("\n"),
      );
      world.write(`acme/plugins/${name}/run.sh`, "#!/bin/sh\n", 0o755);
    },
    async index() {
      world.write("acme/index.json", indexText(await buildIndex(directory, world.host.files)));
    },
    sign(keys, timestamp) {
      const content = readFileSync(world.path("acme", "index.json"));
      const key = openSecretKey(keys.secret, undefined);
      world.write("acme/index.json.minisig", signContent(content, key, { timestamp, file: "index.json" }));
    },
    commit(tag) {
      world.git("acme", "add", "--all");
      world.git("acme", "commit", "--quiet", "--allow-empty", "--message=change");
      if (tag !== undefined) world.git("acme", "tag", "--annotate", "--message=release", tag);
      return world.git("acme", "rev-parse", "HEAD");
    },
    async publish(name, version) {
      folder.plugin(name, version);
      await folder.index();
      return folder.commit(`${name}@${version}`);
    },
  };
  return folder;
}
