import {
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  appendFileSync,
  renameSync,
  mkdirSync,
} from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { createContext } from "../../src/app/context.ts";
import { quickSpec } from "../../src/app/launch/quick-spec.ts";
import { rememberLaunches } from "../../src/app/launch/remember-launches.ts";
import { chooseSpecs, loadServers, type ServerSpec } from "../../src/app/server-specs.ts";
import { findWorkspace } from "../../src/app/workspace.ts";
import { AtkError } from "../../src/core/errors.ts";
import type { Host } from "../../src/core/host.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { createWorld, initHome, type World } from "../end-to-end/world.ts";

interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly global?: boolean;
}

let world: World;
let where: Setting = {};

function hostOf({ env = {}, directory = world.home }: Setting): Host {
  return createNodeHost({ homeDirectory: world.home, workingDirectory: directory, env });
}

/** What the long way finds, and remembers as a start would. */
async function longWay(name: string): Promise<ServerSpec | AtkError> {
  const host = hostOf(where);
  try {
    const workspace = await findWorkspace(host, { global: where.global ?? true });
    const context = await createContext(host, workspace, () => undefined);
    const loaded = await loadServers(context);
    const specs = await chooseSpecs([name], loaded, context);
    const spec = specs.find((each) => "server" in each && each.server.id === name) ?? specs[0];
    if (spec === undefined || "fault" in spec) return spec?.fault ?? new AtkError("E_PLUGIN_NOT_FOUND", name);
    if (spec.missing.length > 0) return new AtkError("E_ENV", spec.missing.join());
    await rememberLaunches(loaded, context);
    return spec;
  } catch (error) {
    if (error instanceof AtkError) return error;
    throw error;
  }
}

const shortWay = (name: string): Promise<ServerSpec | undefined> =>
  quickSpec(name, where.global ?? true, hostOf(where));

/** The short way gives what the long way gives; gives whether it gave anything. */
async function isShort(name: string): Promise<boolean> {
  const quick = await shortWay(name);
  const long = await longWay(name);
  if (quick !== undefined) expect(quick).toEqual(long);
  return quick !== undefined;
}

/** Started once, and the second start takes the short way. */
async function known(name: string): Promise<void> {
  expect(await longWay(name)).not.toBeInstanceOf(AtkError);
  expect(await isShort(name)).toBe(true);
}

const PLUGIN = `schema_version: "2026-01-23"
name: keeper
description: d
maturity: verified
env_vars:
  - { name: API_TOKEN, required: true, secret: true }
  - { name: LEVEL, required: false, default: info }
  - { name: REGION, required: false }
`;
const SERVERS = `mcp_servers:
  keeper-read: { transport: stdio, command: ./bin/read, args: [--level, $LEVEL], env: [API_TOKEN, REGION], cwd: data }
  keeper-web: { transport: http, url: "https://example.com/$REGION", headers: { Authorization: Bearer $API_TOKEN } }
`;
const MANIFEST = `plugins:
  - { name: keeper, source: { type: local, path: ./plugins/keeper }, env: { REGION: { env: MY_REGION } } }
mcp_servers:
  notes: { command: notes, env: { KEY: { env: NOTES_KEY, prefix: "k " }, LOG: "1" } }
  linear: { url: "https://mcp.linear.app/mcp", headers: { Authorization: { env: LINEAR } } }
`;

const ENV = '# mine\nAPI_TOKEN="s3cret \\n $HOME"\n';

beforeEach(() => {
  where = { env: { MY_REGION: "eu", NOTES_KEY: "n", LINEAR: "l" } };
  world = createWorld();
  initHome(world, ["claude-code", "cursor"], MANIFEST);
  world.write(".atk/plugins/keeper/plugin.yaml", PLUGIN + SERVERS);
  world.write(".atk/plugins/keeper/.env", ENV);
  expect(world.atk("apply", "--yes").stderr).not.toContain("error");
});

const record = (): string => {
  const folder = world.path(".cache/atk/parsed");
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".launch")) ?? "none");
};

describe("a start that was made before", () => {
  it.each(["keeper-read", "keeper-web", "keeper", "notes", "linear"])(
    "of %s takes the short way to the same server",
    async (name) => {
      await known(name);
    },
  );

  it("writes no secret down", async () => {
    await known("keeper-read");
    expect(readFileSync(record(), "utf8")).not.toContain("s3cret");
  });

  it("has every server of the home remembered", async () => {
    await longWay("notes");
    expect(await isShort("keeper-read")).toBe(true);
  });

  it("takes a value that was changed in .env since", async () => {
    await known("keeper-read");
    world.write(".atk/plugins/keeper/.env", "\uFEFFexport API_TOKEN=other # note\r\nLEVEL='debug'\r\nEXTRA=1\r\n");
    expect(await isShort("keeper-read")).toBe(true);
    expect((await shortWay("keeper-read"))?.env["API_TOKEN"]).toBe("other");
  });

  it("takes the environment as it is now", async () => {
    await known("keeper-read");
    where = { env: { MY_REGION: "us", NOTES_KEY: "m" } };
    expect(await isShort("keeper-read")).toBe(true);
    expect(await isShort("notes")).toBe(true);
  });

  it("writes nothing again", async () => {
    await known("notes");
    const before = world.picture({ times: true });
    await longWay("notes");
    expect(world.picture({ times: true })).toBe(before);
  });
});

describe("the long way is taken", () => {
  it.each<[string, string, () => void]>([
    ["keeper-read", "when a required value is gone", () => rmSync(world.path(".atk/plugins/keeper/.env"))],
    [
      "keeper-read",
      "when .env is no text",
      () => world.write(".atk/plugins/keeper/.env", Buffer.from([0x41, 0x3d, 0xff])),
    ],
    [
      "keeper-read",
      "when .env is a folder",
      () => (rmSync(world.path(".atk/plugins/keeper/.env")), mkdirSync(world.path(".atk/plugins/keeper/.env"))),
    ],
    ["notes", "when a variable of the environment is gone", () => (where = { env: {} })],
    [
      "notes",
      "when the manifest changed, if only a comment",
      () => appendFileSync(world.path(".atk/atk.yaml"), "# more\n"),
    ],
    ["notes", "when the manifest is broken", () => appendFileSync(world.path(".atk/atk.yaml"), "  - [\n")],
    ["notes", "when the lock changed", () => appendFileSync(world.path(".atk/atk.lock"), "\n")],
    ["notes", "when the lock is gone", () => rmSync(world.path(".atk/atk.lock"))],
    [
      "keeper-read",
      "when overrides were added",
      () => world.write(".atk/plugins/keeper/custom/overrides.yaml", "env_vars: []\n"),
    ],
    ["keeper-read", "when the home moved", () => renameSync(world.path(".atk"), world.path("elsewhere"))],
    ["notes", "when another home is named", () => (where = { env: { ATK_HOME: world.path("other") } })],
    [
      "keeper-web",
      "when the record is cut",
      () => writeFileSync(record(), readFileSync(record(), "utf8").slice(0, -30)),
    ],
    ["keeper", "when the record is no JSON", () => writeFileSync(record(), '{"oops\nkeeper\t{}\n')],
    [
      "notes",
      "when the record is another version's",
      () => writeFileSync(record(), readFileSync(record(), "utf8").replace(/"version":"[^"]*"/, '"version":"0.0.0"')),
    ],
    [
      "notes",
      "when the record is another folder's",
      () =>
        writeFileSync(record(), readFileSync(record(), "utf8").replace(/"directory":"[^"]*"/, '"directory":"/else"')),
    ],
    [
      "notes",
      "when the remembered parses were deleted",
      () => rmSync(world.path(".cache/atk/parsed"), { recursive: true }),
    ],
    ["nobody", "for a name that is not there", () => undefined],
  ])("for %s %s", async (name, _why, change) => {
    if (name !== "nobody") await known(name);
    change();
    expect(await isShort(name)).toBe(false);
  });

  it("for a plugin whose content had to be opened and checked, every time", async () => {
    rmSync(world.path(".cache/atk"), { recursive: true });
    expect(await longWay("keeper")).not.toBeInstanceOf(AtkError);
    expect(await isShort("keeper")).toBe(false);
    expect(await isShort("notes")).toBe(true);
    appendFileSync(world.path(".atk/plugins/keeper/plugin.yaml"), "# changed\n");
    expect(await longWay("keeper")).toMatchObject({ code: "E_INTEGRITY" });
    expect(await isShort("keeper")).toBe(false);
  });

  it("for an entry that was disabled", async () => {
    await known("keeper");
    expect(world.atk("disable", "keeper", "--yes").code).toBe(0);
    expect(await isShort("keeper")).toBe(false);
    expect(await isShort("keeper-read")).toBe(false);
  });
});

describe("which manifest governs", () => {
  const PROJECT =
    'schema_version: "2026-11-21"\nagents: [claude-code]\nmcp_servers:\n  notes: { command: project-notes }\n';

  it("is the project's without -g, from any folder below it", async () => {
    world.write("work/atk.yaml", PROJECT);
    world.write("work/deep/er/file", "");
    where = { global: false, directory: world.path("work/deep/er") };
    await known("notes");
    expect(await shortWay("notes")).toMatchObject({
      server: { command: "project-notes" },
      directory: world.path("work"),
    });
  });

  it("is the home's without -g where no project is", async () => {
    where = { ...where, global: false };
    await known("notes");
  });

  it("is found the long way where atk.yaml is a link", async () => {
    world.write("real.yaml", PROJECT);
    mkdirSync(world.path("linked"));
    symlinkSync(world.path("real.yaml"), world.path("linked/atk.yaml"));
    where = { global: false, directory: world.path("linked") };
    expect(await longWay("notes")).not.toBeInstanceOf(AtkError);
    expect(await isShort("notes")).toBe(false);
  });

  it("is the one that the settings name, until they change", async () => {
    renameSync(world.path(".atk"), world.path("moved"));
    world.write(".config/atk/config.yaml", "home: ~/moved\ntags: [work]\n");
    await known("notes");
    world.write(".config/atk/config.yaml", "home: ~/nowhere\n");
    expect(await isShort("notes")).toBe(false);
  });

  it("is started as its machine has it: by another name, tag or host it is found anew", async () => {
    const machines = "machines:\n  desk: { mcp_servers: { notes: { env: { LOG: '2' } } } }\n";
    appendFileSync(world.path(".atk/atk.yaml"), machines);
    await known("notes");
    const desk = { ...where, env: { ...where.env, ATK_MACHINE: "desk" } };
    where = desk;
    expect(await isShort("notes")).toBe(false);
    expect((await shortWay("notes"))?.env["LOG"]).toBe("2");
    where = { ...desk, env: { ...desk.env, ATK_MACHINE: "other" } };
    expect(await isShort("notes")).toBe(false);
    world.write(".config/atk/config.yaml", "machine: desk\n");
    where = { ...where, env: { MY_REGION: "eu", NOTES_KEY: "n", LINEAR: "l" } };
    expect(await isShort("notes")).toBe(false);
    expect((await shortWay("notes"))?.env["LOG"]).toBe("2");
  });

  it("may be named by a link, and means what it leads to", async () => {
    symlinkSync(world.path(".atk"), world.path("link"));
    where = { env: { ...where.env, ATK_HOME: world.path("link") } };
    await known("keeper-read");
  });
});
