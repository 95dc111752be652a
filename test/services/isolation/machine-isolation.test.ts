import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { machineIsolation } from "../../../src/services/isolation/machine-isolation.ts";
import { refuseBelow, refuseUnenforced } from "../../../src/services/isolation/refuse-below.ts";
import { FORBIDDEN_BWRAP, hostWith, NO_BUS, SYSTEMD_RUN } from "./programs.ts";

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "atk-machine-isolation-")));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("what a machine can do", () => {
  it("is nothing where no program for it is installed, and says what to install", async () => {
    const machine = await machineIsolation(await hostWith(folder, {}));
    expect(machine).toMatchObject({ level: "none", filesystem: "none", network: "none", memory: "none", cpu: "none" });
    expect(machine.shortcomings[0]).toEqual({
      about: "files",
      message: "bubblewrap (bwrap) is not installed",
      fix: "sudo apt install bubblewrap",
    });
  });

  it("is said in bubblewrap's own words where the system forbids it", async () => {
    const machine = await machineIsolation(await hostWith(folder, { bwrap: FORBIDDEN_BWRAP }));
    expect(machine.filesystem).toBe("none");
    expect(machine.shortcomings[0]).toMatchObject({
      about: "files",
      message: "bwrap: Creating new namespace failed: Operation not permitted",
    });
  });

  it("has a sandbox with a network where only the network cannot be cut off", async () => {
    const picky = `case "$*" in *unshare-net*) echo 'bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted' >&2; exit 1;; esac`;
    const machine = await machineIsolation(await hostWith(folder, { bwrap: picky }));
    expect(machine).toMatchObject({ level: "sandbox", filesystem: "bubblewrap", network: "none" });
    expect(machine.shortcomings.find(({ about }) => about === "network")?.message).toContain("RTM_NEWADDR");
  });

  it("is limits where the user has a systemd that hands down all control groups", async () => {
    const machine = await machineIsolation(await hostWith(folder, { "systemd-run": SYSTEMD_RUN }));
    expect(machine).toMatchObject({
      level: "limits",
      memory: "systemd-scope",
      processes: "systemd-scope",
      cpu: "systemd-scope",
    });
    expect(machine.shortcomings.map(({ about }) => about)).toEqual(["files", "network"]);
  });

  it("leaves out a limit that the kernel did not take over", async () => {
    const partly = "printf 'memory.max 268435456\\npids.max 32\\ncpu.max \\n'";
    const machine = await machineIsolation(await hostWith(folder, { "systemd-run": partly }));
    expect(machine).toMatchObject({ memory: "systemd-scope", processes: "systemd-scope", cpu: "none" });
  });

  it("is prlimit for each process where no systemd of the user answers", async () => {
    const machine = await machineIsolation(await hostWith(folder, { "systemd-run": NO_BUS, prlimit: true }));
    expect(machine).toMatchObject({ level: "limits", memory: "prlimit", cpu: "none" });
    expect(machine.shortcomings.find(({ about }) => about === "memory")?.message).toBe(
      "no systemd of the user answers (Failed to connect to bus: No medium found); prlimit limits each process for itself",
    );
  });

  it.each([
    ["macos", "macOS"],
    ["windows", "Windows"],
  ] as const)("is nothing on %s, and that is said", async (platform, name) => {
    const machine = await machineIsolation(await hostWith(folder, { bwrap: "exit 0" }, platform));
    expect(machine).toMatchObject({ level: "none", filesystem: "none", memory: "none" });
    expect(machine.shortcomings[0]?.message).toContain(name);
  });

  it("is found out once", async () => {
    const host = await hostWith(folder, {});
    expect(await machineIsolation(host)).toBe(await machineIsolation(host));
  });
});

describe("a level that is required", () => {
  it("is refused where it does not work, with what to install", async () => {
    const machine = await machineIsolation(await hostWith(folder, {}));
    expect(() => refuseBelow("sandbox", machine)).toThrow(
      expect.objectContaining({
        code: "E_ENV",
        message: "the isolation level 'sandbox' does not work on this machine: bubblewrap (bwrap) is not installed",
        hint: "sudo apt install bubblewrap",
      }),
    );
    expect(() => refuseBelow("limits", machine)).toThrow(expect.objectContaining({ code: "E_ENV" }));
    expect(() => refuseBelow("none", machine)).not.toThrow();
  });

  it("is let through where it works", async () => {
    const machine = await machineIsolation(await hostWith(folder, { bwrap: "exit 0" }));
    for (const level of ["none", "limits", "sandbox"] as const) expect(() => refuseBelow(level, machine)).not.toThrow();
  });

  it("is refused when only a part of it would not happen", async () => {
    const machine = await machineIsolation(await hostWith(folder, { bwrap: "exit 0" }));
    expect(() => refuseUnenforced([], machine)).not.toThrow();
    expect(() => refuseUnenforced(["cpu: not limited to 50% of one processor"], machine)).toThrow(
      expect.objectContaining({ code: "E_ENV", message: expect.stringContaining("systemd-run is not installed") }),
    );
  });
});
