import { describe, expect, it } from "vitest";
import { reverseLock, reverseManifest } from "../../../src/app/undo/reverse-entries.ts";
import type { Lock, LockedPlugin } from "../../../src/manifest/lock.ts";

const FILE = "/home/mia/.atk/atk.yaml";
const BEFORE = "# mine\nplugins: [] # none yet\nconfig: { auto_push: false }\n";
const AFTER = "# mine\nplugins: # none yet\n  - github\nconfig: { auto_push: false }\n";

const back = (now: string, after = AFTER, before = BEFORE) => reverseManifest({ now, after, before, file: FILE });

describe("the manifest before a run", () => {
  it("is put back byte for byte when nobody changed it since", () => {
    expect(back(AFTER)).toEqual({ value: BEFORE, conflicts: [] });
  });

  it("is made of the manifest of now, entry by entry, when somebody did", () => {
    const now = "# theirs\nplugins: # none yet\n  - github\n  - memory # kept\nconfig: { auto_push: true }\n";
    expect(back(now)).toEqual({
      value: "# theirs\nplugins: # none yet\n  - memory # kept\nconfig: { auto_push: true }\n",
      conflicts: [],
    });
  });

  it("keeps an entry that somebody changed since, and says so", () => {
    const now = AFTER.replace("- github\n", "- name: github\n    enabled: false\n");
    const { value, conflicts } = back(now);
    expect(value).toBe(now);
    expect(conflicts).toEqual([
      { address: "plugins/github", file: FILE, message: "was changed in the manifest since" },
    ]);
  });

  it("takes fields of an entry back and leaves its comments", () => {
    const before = "plugins:\n  - name: x # why\n    agents: [cursor]\n";
    const after = "plugins:\n  - name: x # why\n    agents: [cursor]\n    enabled: false\n";
    const now = `${after}mcp_servers:\n  own: { command: ls }\n`;
    expect(back(now, after, before).value).toBe(`${before}mcp_servers:\n  own: { command: ls }\n`);
  });

  it("brings back what the run took out, also a whole section, also servers", () => {
    const before = "plugins: [a]\nmcp_servers:\n  own: { command: ls }\nagents: [cursor]\n";
    const after = "plugins: []\nmcp_servers: {}\n";
    const { value, conflicts } = back(`# new\n${after}`, after, before);
    expect(conflicts).toEqual([]);
    for (const part of ["# new", "a", "own:", "command: ls", "agents: [cursor]"]) expect(value).toContain(part);
  });

  it("has nothing to do where it is so already", () => {
    expect(back(BEFORE)).toEqual({ value: BEFORE, conflicts: [] });
  });
});

describe("the lock before a run", () => {
  const entry = (integrity: string): LockedPlugin => ({ source: { type: "registry" }, integrity });
  const lock = (plugins: Record<string, LockedPlugin>): Lock => ({ lockVersion: 1, plugins });
  const reverse = (now: Lock, after: Lock, before: Lock) => reverseLock({ now, after, before, file: "atk.lock" });

  it("has the entries of then, and those that came since", () => {
    const before = lock({ a: entry("a1") });
    const after = lock({ a: entry("a2"), b: entry("b1") });
    const now = lock({ ...after.plugins, c: entry("c1") });
    expect(reverse(now, after, before).value).toEqual(lock({ a: entry("a1"), c: entry("c1") }));
  });

  it("keeps an entry that is another one since, and says so", () => {
    const now = lock({ a: entry("a3") });
    const { value, conflicts } = reverse(now, lock({ a: entry("a2") }), lock({ a: entry("a1") }));
    expect(value).toEqual(now);
    expect(conflicts.map(({ address }) => address)).toEqual(["a"]);
  });
});
