import { describe, expect, it } from "vitest";
import { isolationOf } from "../../../src/services/isolation/declared-isolation.ts";
import { isolate, type Surroundings } from "../../../src/services/isolation/isolate.ts";
import type { MachineIsolation } from "../../../src/services/isolation/machine-isolation.ts";
import { SANDBOX } from "./scratch.ts";

const FULL: MachineIsolation = {
  level: "sandbox",
  filesystem: "bubblewrap",
  network: "bubblewrap",
  memory: "systemd-scope",
  processes: "systemd-scope",
  cpu: "systemd-scope",
  programs: { bwrap: "/usr/bin/bwrap", "systemd-run": "/usr/bin/systemd-run", env: "/usr/bin/env" },
  shortcomings: [],
};
const BARE: MachineIsolation = {
  ...FULL,
  ...({ level: "none", filesystem: "none", network: "none", memory: "none", processes: "none", cpu: "none" } as const),
  programs: {},
};

const plugin = "/home/mia/.atk/plugins/piper";
const command = { command: "node", args: ["server.js"], cwd: plugin, env: { TOKEN: "secret-value" } };
const sandbox = {
  home: "/home/mia",
  plugin,
  writable: [plugin],
  shown: [{ source: "/home/mia/.nvm", target: "/home/mia/.nvm" }],
  links: [],
  masked: [{ path: "/srv/atk/identity.txt", type: "file" }],
  sealed: [{ path: `${plugin}/custom`, exists: false }],
} as const;
const around = (machine: MachineIsolation, manner: Surroundings["manner"] = "script"): Surroundings => ({
  machine,
  sandbox,
  manner,
});
const LIMITS = { memoryBytes: 512 * 2 ** 20, processes: 64, cpuPercent: 50 };

describe("isolate", () => {
  it("leaves a command as it is at level none", () => {
    const line = isolate(command, { ...SANDBOX, level: "none" }, around(FULL));
    expect(line).toEqual({ ...command, enforced: [], notEnforced: [] });
  });

  it("puts limits into one scope of systemd, around the sandbox", () => {
    const { command: first, args, enforced, notEnforced } = isolate(command, { ...SANDBOX, ...LIMITS }, around(FULL));
    expect(first).toBe("/usr/bin/systemd-run");
    expect(args.join(" ")).toContain(
      "-p MemoryMax=536870912 -p MemorySwapMax=0 -p TasksMax=64 -p CPUQuota=50% -- /usr/bin/bwrap --unshare-user",
    );
    expect(args.slice(-3)).toEqual(["--", "node", "server.js"]);
    expect(notEnforced).toEqual([]);
    expect(enforced).toEqual([
      "files: it writes only in its own folder and cannot see your home",
      "memory: 512 MB for all its processes together",
      "processes: 64 at a time",
      "cpu: 50% of one processor",
    ]);
  });

  it("says everything that does not happen on a machine without isolation", () => {
    const line = isolate(command, { ...SANDBOX, ...LIMITS, network: "deny" }, around(BARE));
    expect(line).toMatchObject({ command: "node", args: ["server.js"], enforced: [] });
    expect(line.notEnforced).toEqual([
      "files: it can read and write all that you can",
      "network: it can reach what you can",
      "memory: not limited to 512 MB",
      "processes: not limited to 64",
      "cpu: not limited to 50% of one processor",
    ]);
  });

  it("says that limits alone do not cut off the network", () => {
    const line = isolate(command, { ...SANDBOX, level: "limits", network: "deny" }, around(FULL));
    expect(line.notEnforced).toEqual(["network: it can reach what you can"]);
  });

  it("shows of the home only what programs need, then hides secrets, then shows the plugin", () => {
    const words = isolate(command, SANDBOX, around(FULL)).args.join(" ");
    const order = [
      "--ro-bind / /",
      "--tmpfs /home/mia",
      "--ro-bind-try /home/mia/.nvm /home/mia/.nvm",
      "--ro-bind /dev/null /srv/atk/identity.txt",
      `--bind ${plugin} ${plugin}`,
      `--tmpfs ${plugin}/custom --remount-ro ${plugin}/custom`,
    ].map((part) => words.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it("ends a script with who started it and keeps it from the terminal; a service does as it likes", () => {
    const bound = ["--die-with-parent", "--new-session"];
    expect(isolate(command, SANDBOX, around(FULL)).args).toEqual(expect.arrayContaining(bound));
    const service = isolate(command, SANDBOX, around(FULL, "service"));
    expect(service.args.filter((word) => bound.includes(word))).toEqual([]);
  });

  it("never has a value of the environment in the command line", () => {
    const line = isolate(command, { ...SANDBOX, ...LIMITS }, around(FULL, "service"));
    expect([line.command, ...line.args].join(" ")).not.toContain("secret-value");
    expect(line.env).toBe(command.env);
  });
});

describe("what is declared", () => {
  it("is nothing where nobody says anything", () => {
    expect(isolationOf()).toBeUndefined();
  });

  it("means the sandbox where no level is named", () => {
    expect(isolationOf({})).toEqual({ level: "sandbox", network: "allow", required: false });
  });

  it("has sizes and shares as numbers", () => {
    const declared = { level: "limits", memory: "1.5GB", processes: 8, cpu: "50%" } as const;
    expect(isolationOf(declared)).toMatchObject({ memoryBytes: 1_610_612_736, processes: 8, cpuPercent: 50 });
  });

  it("gives the user the last word, setting by setting", () => {
    const plugin = { level: "sandbox", write: ["data"], memory: "512MB" } as const;
    expect(isolationOf(plugin, { level: "none", required: true, memory: "64MB" })).toEqual({
      level: "none",
      network: "allow",
      required: true,
      write: ["data"],
      memoryBytes: 67_108_864,
    });
  });
});
