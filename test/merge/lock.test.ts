import { describe, expect, it } from "vitest";
import { printLock } from "../../src/manifest/lock-file.ts";
import type { Lock, LockedPlugin } from "../../src/manifest/lock.ts";
import { mergeText, type Merged } from "../../src/merge/merge-text.ts";

const digest = (sign: string) => `sha256-${sign.repeat(64)}`;

const REGISTRY = { type: "registry" } as const;

function locked(version: string, more: Partial<LockedPlugin> = {}): LockedPlugin {
  return { source: REGISTRY, version, integrity: digest(version[0] ?? "0"), ...more };
}

const approvedBy = (by: string, at: string) => ({ approval: { by, at, digest: digest("a"), grants: ["reads A"] } });

const print = (plugins: Lock["plugins"], servers?: Lock["servers"]) =>
  printLock({ lockVersion: 1, plugins, ...(servers === undefined ? {} : { servers }) });

const manifest = (plugins: readonly string[]) =>
  `schema_version: "2026-11-21"\nagents: [codex]\nplugins:\n${plugins.map((line) => `  - ${line}\n`).join("")}`;

const BASE = { github: locked("1.0.0"), memory: locked("1.0.0") };

async function bothWays(ours: Lock["plugins"], theirs: Lock["plugins"], wanted?: string): Promise<Merged> {
  const texts = { base: print(BASE), ours: print(ours), theirs: print(theirs) };
  const merged = await mergeText("lock", texts, {}, { manifest: wanted });
  const other = await mergeText("lock", { ...texts, ours: texts.theirs, theirs: texts.ours }, {}, { manifest: wanted });
  if (merged.disagreements.length === 0) expect(other).toEqual(merged);
  return merged;
}

describe("a lock that was changed on two machines", () => {
  it("has what each resolved, as atk prints it", async () => {
    const { text, disagreements } = await bothWays(
      { ...BASE, github: locked("2.0.0"), sentry: locked("3.0.0") },
      { ...BASE, memory: locked("2.0.0"), figma: locked("4.0.0") },
      manifest(["github", "memory", "sentry", "figma"]),
    );
    expect(disagreements).toEqual([]);
    expect(text).toBe(
      print({ figma: locked("4.0.0"), github: locked("2.0.0"), memory: locked("2.0.0"), sentry: locked("3.0.0") }),
    );
  });

  it("has no plugin that the merged manifest does not have, also when the other side upgraded it", async () => {
    const { text } = await bothWays(
      { memory: locked("1.0.0") },
      { ...BASE, github: locked("2.0.0") },
      manifest(["memory"]),
    );
    expect(text).toBe(print({ memory: locked("1.0.0") }));
  });

  it("has the entry of the side whose source the manifest has now, with that side's approval and nothing of the other", async () => {
    const source = { type: "git", url: "https://git.example/github", ref: "v2" } as const;
    const fromGit = locked("", { source, integrity: digest("9"), ...approvedBy("ada@laptop", "2026-11-21T10:00:00Z") });
    const { version: _version, ...entry } = fromGit;
    const upgraded = locked("2.0.0", approvedBy("ada@server", "2026-11-20T10:00:00Z"));
    const { text, disagreements } = await bothWays(
      { ...BASE, github: entry },
      { ...BASE, github: upgraded },
      manifest([`{ name: github, source: { type: git, url: "https://git.example/github", ref: v2 } }`, "memory"]),
    );
    expect(disagreements).toEqual([]);
    expect(text).toBe(print({ ...BASE, github: entry }));
  });

  it("has no entry when the source of the merged manifest is one that neither resolved", async () => {
    const { text } = await bothWays(
      { ...BASE, github: locked("2.0.0") },
      { ...BASE, github: locked("3.0.0") },
      manifest([`{ name: github, source: { type: npm, package: github } }`, "memory"]),
    );
    expect(text).toBe(print({ memory: locked("1.0.0") }));
  });

  it("keeps the earlier approval when both approved the same content", async () => {
    const early = { ...BASE, github: locked("2.0.0", approvedBy("ada@laptop", "2026-11-20T10:00:00Z")) };
    const late = { ...BASE, github: locked("2.0.0", approvedBy("ada@server", "2026-11-21T10:00:00Z")) };
    const { text, disagreements } = await bothWays(late, early, manifest(["github", "memory"]));
    expect(disagreements).toEqual([]);
    expect(text).toBe(print(early));
  });

  it("has tools that one recorded and the approval that the other gave, as long as the content is the same", async () => {
    const tools = { tools: { github: { digest: digest("b"), count: 3, tokens: 100 } } };
    const approval = approvedBy("ada@laptop", "2026-11-20T10:00:00Z");
    const { text, disagreements } = await bothWays(
      { ...BASE, github: locked("1.0.0", tools) },
      { ...BASE, github: locked("1.0.0", approval) },
      manifest(["github", "memory"]),
    );
    expect(disagreements).toEqual([]);
    expect(text).toBe(print({ ...BASE, github: locked("1.0.0", { ...tools, ...approval }) }));
  });

  it("asks when both resolved one source to different content, showing versions; an approval never goes to the other content", async () => {
    const ours = { ...BASE, github: locked("2.0.0", approvedBy("ada@laptop", "2026-11-20T10:00:00Z")) };
    const theirs = { ...BASE, github: locked("3.0.0") };
    const { disagreements } = await bothWays(ours, theirs, manifest(["github", "memory"]));
    expect(disagreements).toEqual([
      {
        id: "lock.plugins.github",
        base: { version: "1.0.0", integrity: digest("1") },
        ours: { version: "2.0.0", integrity: digest("2"), approved_by: "ada@laptop" },
        theirs: { version: "3.0.0", integrity: digest("3") },
      },
    ]);
    const texts = { base: print(BASE), ours: print(ours), theirs: print(theirs) };
    const answered = await mergeText("lock", texts, { "lock.plugins.github": "theirs" });
    expect(answered).toEqual({ text: print(theirs), disagreements: [] });
  });

  it("merges servers of the manifest too, and does without the manifest", async () => {
    const pin = (version: string) => ({
      command: ["npx", "-y", "clock"],
      program: { type: "pypi", package: "clock", version } as const,
    });
    const texts = {
      base: print(BASE, { clock: pin("1") }),
      ours: print(BASE, { clock: pin("2") }),
      theirs: print({ github: locked("1.0.0") }, { clock: pin("1") }),
    };
    const { text } = await mergeText("lock", texts, {});
    expect(text).toBe(print({ github: locked("1.0.0") }, { clock: pin("2") }));
  });

  it("says where a side cannot be read", async () => {
    const texts = { base: print(BASE), ours: print(BASE).replace("{", "{{"), theirs: print({}) };
    await expect(mergeText("lock", texts, {})).rejects.toMatchObject({
      code: "E_LOCK",
      at: { file: "atk.lock", line: 1 },
    });
  });
});
