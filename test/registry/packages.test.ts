import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, type World } from "../sources/world.ts";
import { shippedPlugins, type Shipped } from "./shipped.ts";
import { reasonNotToStart } from "./startable.ts";

const LOOK_UP_MS = 60_000;

let world: World;
let isOnline = true;
beforeAll(async () => {
  world = createWorld();
  isOnline = (await view("npm@11.0.0").catch(() => undefined)) !== undefined;
}, LOOK_UP_MS);
afterAll(() => world.remove());

/** What the npm registry says the version of `name@version` is; undefined when there is none. */
async function view(spec: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)("npm", ["view", spec, "version", "--json"], {
    cwd: world.home,
    env: { ...world.host.machine.env },
    timeout: LOOK_UP_MS,
    shell: process.platform === "win32",
  });
  return stdout === "" ? undefined : JSON.parse(stdout);
}

/** Packages of npm that a plugin names anywhere: in its description, its texts and its programs. */
function packagesOf({ directory, files }: Shipped): readonly string[] {
  const texts = files
    .filter((file) => /\.(md|mjs|sh|yaml)$/.test(file))
    .map((file) => readFileSync(join(directory, file), "utf8"));
  return texts.flatMap((text) =>
    [...text.matchAll(/(?<![\w/.])(@[a-z0-9-]+\/)?[a-z][a-z0-9-]*@\d+\.\d+\.\d+/g)].map(([spec]) => spec),
  );
}

describe("a version that a plugin names, and that no test starts, is in the npm registry", () => {
  const plugins = shippedPlugins();
  const started = new Set(plugins.filter((shipped) => reasonNotToStart(shipped) === undefined).flatMap(packagesOf));
  const specs = [...new Set(plugins.flatMap(packagesOf))].filter((spec) => !started.has(spec)).sort();

  it("and there are some", () => expect(specs).toContain("@notionhq/notion-mcp-server@2.5.2"));

  for (const spec of specs) {
    it(spec, { timeout: LOOK_UP_MS }, async ({ skip }) => {
      skip(!isOnline, "the npm registry does not answer");
      expect(await view(spec)).toBe(spec.slice(spec.lastIndexOf("@") + 1));
    });
  }
});
