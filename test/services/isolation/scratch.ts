import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Host } from "../../../src/core/host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";
import type { IsolatedCommand, Isolation } from "../../../src/services/isolation/isolation.ts";
import { isolate, type Isolated, type Surroundings } from "../../../src/services/isolation/isolate.ts";
import { machineIsolation, type MachineIsolation } from "../../../src/services/isolation/machine-isolation.ts";
import { prepareSandbox } from "../../../src/services/isolation/prepare-sandbox.ts";

/** A home with secrets and two plugins on the real file system. */
export interface Scratch {
  readonly root: string;
  readonly home: string;
  readonly plugin: string;
  readonly host: Host;
  remove(): void;
}

export function createScratch(): Scratch {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "atk-isolation-")));
  const home = join(root, "home");
  const plugin = join(home, ".atk/plugins/piper");
  for (const [path, text] of Object.entries(HOME_FILES)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  const host = createNodeHost({ homeDirectory: home, env: { PATH: process.env["PATH"], HOME: home } });
  return { root, home, plugin, host, remove: () => rmSync(root, { recursive: true, force: true }) };
}

const HOME_FILES = {
  ".ssh/id_ed25519": "a private key",
  ".atk/plugins/piper/plugin.yaml": "name: piper",
  ".atk/plugins/piper/.env": "OWN=1\n",
  ".atk/plugins/github/.env": "GITHUB_TOKEN=ghp_1",
  ".local/state/atk/machine.key": "the key of the machine",
};

export const SANDBOX: Isolation = { level: "sandbox", network: "allow", required: false };

/** The command line that runs a shell line of the plugin, as apart as `wish` says on the machine this runs on. */
export async function isolated(
  what: string | Pick<IsolatedCommand, "command" | "args">,
  { plugin, home, host }: Scratch,
  wish: Partial<Isolation> & { readonly manner?: Surroundings["manner"]; readonly machine?: MachineIsolation } = {},
): Promise<Isolated> {
  const { manner = "script", machine = await machineIsolation(host), ...rest } = wish;
  const words = typeof what === "string" ? { command: "/bin/sh", args: ["-c", what] } : what;
  const command = { ...words, cwd: plugin, env: { ...host.machine.env, OPENAI_API_KEY: "sk-1" } };
  const request = {
    plugin,
    secret: [join(home, ".atk"), join(home, ".local/state/atk")],
    keptHome: join(home, ".local/state/atk/services/piper/home"),
  };
  const whole = { ...SANDBOX, ...rest };
  const sandbox = await prepareSandbox(command, whole, request, host);
  return isolate(command, whole, { machine, sandbox, manner });
}
