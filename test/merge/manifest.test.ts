import { describe, expect, it } from "vitest";
import { mergeText, type Answers, type Merged } from "../../src/merge/merge-text.ts";

const BASE = `# The machines of Ada
schema_version: "2026-11-21"
agents: [claude-code, codex]

plugins:
  # issues and pull requests
  - github
  - name: memory # what agents remember
    env:
      MEMORY_FILE: notes.json

# servers that are no plugins
mcp_servers:
  files:
    command: npx
    args: [-y, files-server]
`;

async function merge(ours: string, theirs: string, base: string = BASE, answers: Answers = {}): Promise<Merged> {
  return mergeText("manifest", { base, ours, theirs }, answers);
}

/** Each pair is a text of the base and what takes its place. */
function edited(...changes: readonly (readonly [string, string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`no ${from}`);
    return text.replace(from, to);
  }, BASE);
}

/** Both ways round give the same text, and no questions. */
async function bothWays(ours: string, theirs: string, base: string = BASE): Promise<string> {
  const one = await merge(ours, theirs, base);
  const other = await merge(theirs, ours, base);
  expect(one.disagreements).toEqual([]);
  expect(other).toEqual(one);
  return one.text ?? "";
}

describe("a manifest that was changed on two machines", () => {
  it("has the plugins that each of them added, in the order of the alphabet", async () => {
    const merged = await bothWays(
      edited(["  - github\n", "  - github\n  - sentry\n"]),
      edited(["  - github\n", "  - github\n  # for the web site\n  - name: figma\n    agents: [codex]\n"]),
    );
    expect(merged).toBe(
      edited(["  - github\n", "  - github\n  # for the web site\n  - name: figma\n    agents: [codex]\n  - sentry\n"]),
    );
  });

  it("has what each said of machines, backups and edits of others", async () => {
    const base = `${BASE}machines:
  laptop: { tags: work }
backups:
  github: { to: [local, drive], schedule: daily }
drift:
  ignore:
    - { entry: mcp_server.a@cursor, reason: old, until: "2026-12-01" }
`;
    const ours = base
      .replace("tags: work }", "tags: [work, gpu] }")
      .replace("to: [local, drive]", "to: [local, drive, disk]")
      .concat(`    - { entry: mcp_server.b@cursor, reason: mine, until: "2026-12-02" }\n`);
    const theirs = base
      .replace("backups:", "  server: { agents: [] }\nbackups:")
      .replace("schedule: daily", "schedule: weekly")
      .concat(`    - { entry: mcp_server.c@cursor, reason: theirs, until: "2026-12-03" }\n`);
    const merged = await bothWays(ours, theirs, base);
    expect(merged).toBe(
      ours
        .replace("backups:", "  server: { agents: [] }\nbackups:")
        .replace("schedule: daily", "schedule: weekly")
        .concat(`    - { entry: mcp_server.c@cursor, reason: theirs, until: "2026-12-03" }\n`),
    );
  });

  it("loses what one removed, and keeps what the other changed elsewhere", async () => {
    const merged = await bothWays(
      edited(["  # issues and pull requests\n  - github\n", ""]),
      edited(["notes.json", "memory.json"], ["agents: [claude-code, codex]", "agents: [claude-code, codex, cursor]"]),
    );
    expect(merged).toBe(
      edited(
        ["  # issues and pull requests\n  - github\n", ""],
        ["notes.json", "memory.json"],
        ["agents: [claude-code, codex]", "agents: [claude-code, codex, cursor]"],
      ),
    );
  });

  it("has both fields that two machines gave to one plugin that was a plain name", async () => {
    const merged = await bothWays(
      edited(["  - github\n", "  - name: github\n    agents: [codex]\n"]),
      edited(["  - github\n", "  - name: github\n    enabled: false\n"]),
    );
    expect(merged).toBe(edited(["  - github\n", "  - name: github\n    agents: [codex]\n    enabled: false\n"]));
  });

  it("has agents that each added and not those that each removed, also in one line", async () => {
    const merged = await bothWays(
      edited(["[claude-code, codex]", "[codex, cursor]"]),
      edited(["[claude-code, codex]", "[claude-code, codex, amp]"]),
    );
    expect(merged).toBe(edited(["[claude-code, codex]", "[codex, amp, cursor]"]));
  });

  it("asks about one field that was changed two ways, with both values, and does what is answered", async () => {
    const [ours, theirs] = [
      edited(["notes.json", "a.json"]),
      edited(["notes.json", "b.json"], ["codex]", "codex, amp]"]),
    ];
    const id = "plugins.memory.env.MEMORY_FILE";
    const open = await merge(ours, theirs);
    expect(open.disagreements).toEqual([{ id, base: "notes.json", ours: "a.json", theirs: "b.json" }]);
    expect(open.text).toBe(edited(["notes.json", "a.json"], ["codex]", "codex, amp]"]));
    const answered = await merge(ours, theirs, BASE, { [id]: "theirs" });
    expect(answered).toEqual({ text: theirs, disagreements: [] });
  });

  it("asks when one removed what the other changed", async () => {
    const removed = edited(["  # issues and pull requests\n  - github\n", ""]);
    const changed = edited(["  - github\n", "  - name: github\n    enabled: false\n"]);
    const { disagreements } = await merge(removed, changed);
    expect(disagreements).toEqual([
      { id: "plugins.github", base: { name: "github" }, ours: undefined, theirs: { name: "github", enabled: false } },
    ]);
    expect((await merge(removed, changed, BASE, { "plugins.github": "theirs" })).text).toBe(changed);
    expect((await merge(changed, removed, BASE, { "plugins.github": "theirs" })).text).toBe(removed);
  });

  it("asks when one took the whole file away; the question has the name of the file", async () => {
    const texts = { base: BASE, ours: undefined, theirs: edited(["notes.json", "a.json"]) };
    const { text, disagreements } = await mergeText("manifest", texts, {});
    expect([text, disagreements.map(({ id }) => id)]).toEqual([undefined, ["atk.yaml"]]);
    expect((await mergeText("manifest", texts, { "atk.yaml": "theirs" })).text).toBe(texts.theirs);
  });

  it("never makes a command that nobody wrote: the program of one with the arguments of the other", async () => {
    const { disagreements } = await merge(
      edited(["command: npx", "command: uvx"]),
      edited(["[-y, files-server]", "[-y, other]"]),
    );
    expect(disagreements.map(({ id }) => id)).toEqual(["mcp_servers.files"]);
  });

  it("keeps comments that each wrote or took away", async () => {
    const merged = await bothWays(
      edited(["# what agents remember", "# memory of agents"], ["# servers that are no plugins\n", ""]),
      edited(["notes.json\n", "notes.json # in the home\n"], ["# issues and", "# at work\n  # issues and"]),
    );
    expect(merged).toBe(
      edited(
        ["# what agents remember", "# memory of agents"],
        ["# servers that are no plugins\n", ""],
        ["notes.json\n", "notes.json # in the home\n"],
        ["# issues and", "# at work\n  # issues and"],
      ),
    );
  });

  it("keeps the order that one gave it", async () => {
    const moved = edited(
      ["  # issues and pull requests\n  - github\n", ""],
      ["notes.json\n", "notes.json\n  # issues and pull requests\n  - github\n"],
    );
    const merged = await bothWays(moved, edited(["notes.json", "memory.json"]));
    expect(merged).toBe(moved.replace("notes.json", "memory.json"));
  });

  it("takes one of two new orders, the same on every machine, and asks nothing", async () => {
    const base = "agents: [codex]\nplugins: [a1, b1, c1]\n";
    const merged = await bothWays(
      base.replace("a1, b1, c1", "c1, a1, b1"),
      base.replace("a1, b1, c1", "b1, a1, c1"),
      base,
    );
    expect(merged).toBe(base.replace("a1, b1, c1", "b1, a1, c1"));
  });

  it("keeps line ends and indentation that one changed", async () => {
    const theirs = edited(["  - github\n", "  - github\n  - sentry\n"]);
    const windows = BASE.replaceAll("\n", "\r\n");
    expect(await bothWays(windows, theirs)).toBe(theirs.replaceAll("\n", "\r\n"));
    const deep = BASE.replace(/(?<=plugins:\n)(?:  .*\n)+/, (lines) => lines.replaceAll(/^ {2}/gm, "      "));
    expect(await bothWays(deep, theirs)).toBe(deep.replace("      - github\n", "      - github\n      - sentry\n"));
  });

  it("merges a list in brackets with one that was given a line for each", async () => {
    const base = "plugins: [github]\n";
    const merged = await bothWays("plugins:\n  - github # issues\n  - zed\n", "plugins: [github, amp]\n", base);
    expect(merged).toBe("plugins:\n  - github # issues\n  - zed\n  - amp\n");
  });

  it("merges what was written with anchors, as long as nobody else is changed by it", async () => {
    const base = "agents: &all [codex, amp]\nplugins:\n  - name: github\n    agents: *all\n";
    expect(await bothWays(base.replace("amp]", "amp, zed]"), `${base}  - memory\n`, base)).toBe(
      `${base.replace("amp]", "amp, zed]")}  - memory\n`,
    );
  });

  it("says where a side cannot be read", async () => {
    const broken = edited(["name: memory", "name: [memory"]);
    await expect(merge(broken, edited(["notes.json", "a.json"]))).rejects.toMatchObject({
      code: "E_MANIFEST",
      at: { file: "atk.yaml", line: 9 },
    });
  });
});
