import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { MAIN } from "../scenarios/scratch-home.ts";
import { createFleet, succeed, wired, type TestMachine } from "./machines.ts";

const TERMINAL = resolve(import.meta.dirname, "../end-to-end/terminal.py");
const hasTerminal = process.platform !== "win32" && spawnSync("python3", ["-c", "import pty"]).status === 0;

const ENTER = "\r";
const DOWN = "\u001B[B";
const INTERRUPT = "\u0003";

function type(machine: TestMachine, steps: readonly (readonly [shown: string, typed: string])[]): number | null {
  const words = [TERMINAL, JSON.stringify(steps), process.execPath, MAIN, "sync"];
  const env = { ...machine.env, TERM: "xterm", LC_ALL: "C.UTF-8" };
  return spawnSync("python3", words, { cwd: machine.home, env }).status;
}

/** Two machines of which the second has a question. */
async function disagreeing(): Promise<readonly [TestMachine, TestMachine]> {
  const fleet = createFleet();
  const [a, b] = [await fleet.joined("a"), await fleet.joined("b")];
  a.edit(".atk/atk.yaml", "[zero]", "[left]");
  b.edit(".atk/atk.yaml", "[zero]", "[right]");
  await succeed(a.atk("sync", "--yes"));
  return [a, b];
}

describe.skipIf(!hasTerminal || !existsSync(MAIN))("sync at a terminal (needs a build)", () => {
  it("shows both values, takes the one that is chosen, then asks about the plan", async () => {
    const [, b] = await disagreeing();
    const code = type(b, [
      ['at the remote: ["left"]', `${DOWN}${ENTER}`],
      ["Apply this plan?", `y`],
    ]);
    expect(code).toBe(0);
    expect(b.read(".cursor/mcp.json")).toContain("left");
    expect(b.git("rev-list", "--count", "@{upstream}..HEAD").trim()).toBe("0");
  });

  it("stopped at a question changes nothing", async () => {
    const [, b] = await disagreeing();
    expect(type(b, [["was changed here and at the remote", INTERRUPT]])).toBe(130);
    expect(b.read(".atk/atk.yaml")).toContain("[right]");
    expect(b.git("status", "--porcelain")).toBe("");
  });

  it("a no to the plan leaves this machine as it is; what was merged is pushed, and apply does the rest later", async () => {
    const [a, b] = await disagreeing();
    const code = type(b, [
      ["was changed here and at the remote", ENTER],
      ["Apply this plan?", "n"],
    ]);
    expect(code).toBe(0);
    expect(b.read(".cursor/mcp.json")).toContain('"zero"');
    await succeed(a.atk("sync", "--yes"));
    expect(a.read(".cursor/mcp.json")).toContain("right");
    await succeed(b.atk("apply", "--yes"));
    expect(wired(b)).toEqual(["zero"]);
    expect(b.read(".cursor/mcp.json")).toContain("right");
  });
});
