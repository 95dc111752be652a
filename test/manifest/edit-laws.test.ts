import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  addPlugin,
  addServer,
  removePlugin,
  removeServer,
  setEnabled,
  setAgents,
} from "../../src/manifest/edit-manifest.ts";
import { initialManifest } from "../../src/manifest/initial-manifest.ts";

const FILE = "atk.yaml";
const name = fc.stringMatching(/^[a-z][a-z0-9]{1,6}(-[a-z0-9]{1,4})?$/).filter((text) => text !== "new-one");
const comment = fc.constantFrom("", " # why", "  # two words", " #");
const ownLine = fc.constantFrom("", "", "# about it\n", "\n", "    # deep\n", "  # shallow\n");
const agents = fc.subarray(["claude-code", "codex", "cursor"], { minLength: 1 });

/** One entry of `plugins:` in one of the ways people write it. */
const entry = (id: string) =>
  fc.oneof(
    comment.map((end) => `- ${id}${end}`),
    comment.map((end) => `- "${id}"${end}`),
    fc.tuple(agents, comment).map(([list, end]) => `- { name: ${id}, agents: [${list.join(", ")}] }${end}`),
    fc.tuple(agents, comment).map(([list, end]) => `- name: ${id}${end}\n  agents: [${list.join(", ")}]${end}`),
    fc
      .tuple(agents, comment)
      .map(
        ([list, end]) =>
          `- agents:${end}\n${list.map((one) => `    - ${one}${end}\n`).join("")}  name: ${id}${end}\n  # inside`,
      ),
  );

const blockList = fc
  .tuple(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), fc.constantFrom("", "  ", "    "))
  .chain(([names, indent]) =>
    fc.tuple(...names.map((id) => fc.tuple(ownLine, entry(id)))).map((entries) => ({
      names,
      text: `plugins:\n${entries.map(([above, text]) => above + indented(text, indent)).join("\n")}\n`,
    })),
  );

const flowList = fc
  .tuple(
    fc.uniqueArray(name, { maxLength: 4 }),
    fc.constantFrom(", ", ",", ",\n  ", ", # c\n  "),
    fc.constantFrom("", " "),
  )
  .map(([names, comma, pad]) => ({ names, text: `plugins: [${pad}${names.join(comma)}${pad}]\n` }));

const file = fc
  .record({
    list: fc.oneof({ weight: 3, arbitrary: blockList }, flowList),
    above: fc.constantFrom("", "# mine\n", 'agents: ["claude-code"]   # default\n\n', "x-mine: { a: 1 }\n"),
    below: fc.constantFrom(
      "",
      "\n# end\n",
      "skills:\n  - ./a # a\n",
      "\nmcp_servers:\n  notes:\n    command: node # run\n",
    ),
    ending: fc.constantFrom("\n", "\r\n"),
    bom: fc.constantFrom("", "\uFEFF"),
    isCut: fc.boolean(),
  })
  .map(({ list, above, below, ending, bom, isCut }) => {
    const whole = `${bom}schema_version: '2026-11-21'\n${above}${list.text}${below}`.replaceAll("\n", ending);
    return { names: list.names, text: isCut ? whole.replace(/(\r?\n)+$/, "") : whole };
  });

function indented(text: string, indent: string): string {
  return text.replaceAll(/^/gm, indent);
}

const commentsOf = (text: string) => text.match(/#.*$/gm) ?? [];
const entryFor = fc.constantFrom<string | { name: string; agents: string[] }>("new-one", {
  name: "new-one",
  agents: ["codex"],
});

describe("edits of the manifest", () => {
  it("adding a plugin and removing it gives the same bytes back", () => {
    fc.assert(
      fc.property(file, entryFor, ({ text }, added) => {
        const after = addPlugin(text, added, FILE);
        expect(parse(after).plugins.at(-1)).toEqual(added);
        expect(removePlugin(after, "new-one", FILE)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it("adding a plugin keeps every comment and every line that was there", () => {
    fc.assert(
      fc.property(file, entryFor, ({ text }, added) => {
        const after = addPlugin(text, added, FILE);
        expect(commentsOf(after)).toEqual(commentsOf(text));
      }),
      { numRuns: 300 },
    );
  });

  it("removing a plugin removes exactly that entry and keeps the rest of the data", () => {
    fc.assert(
      fc.property(file, fc.nat(), ({ text, names }, pick) => {
        fc.pre(names.length > 0);
        const at = pick % names.length;
        const before = parse(text);
        const after = parse(removePlugin(text, names[at] ?? "", FILE));
        expect(after).toEqual({ ...before, plugins: before.plugins.toSpliced(at, 1) });
      }),
      { numRuns: 300 },
    );
  });

  it("removing all plugins in any order leaves an empty list that can be filled again", () => {
    fc.assert(
      fc.property(file, ({ text, names }) => {
        const empty = names.toReversed().reduce((left, id) => removePlugin(left, id, FILE), text);
        expect(parse(empty).plugins).toEqual([]);
        const filled = addPlugin(empty, "new-one", FILE);
        expect(parse(filled).plugins).toEqual(["new-one"]);
        expect(removePlugin(filled, "new-one", FILE)).toBe(empty);
      }),
      { numRuns: 300 },
    );
  });

  it("disabling and enabling again gives the same bytes back", () => {
    fc.assert(
      fc.property(file, fc.nat(), ({ text, names }, pick) => {
        fc.pre(names.length > 0);
        const id = names[pick % names.length] ?? "";
        const off = setEnabled(text, id, false, FILE);
        expect(parse(off).plugins[pick % names.length].enabled).toBe(false);
        expect(setEnabled(off, id, false, FILE)).toBe(off);
        expect(setEnabled(off, id, true, FILE)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it("setting agents gives exactly these agents and keeps all comments but those of removed items", () => {
    fc.assert(
      fc.property(
        file,
        fc.nat(),
        fc.subarray(["claude-code", "codex", "cursor", "zed"]),
        ({ text, names }, pick, chosen) => {
          fc.pre(names.length > 0);
          const at = pick % names.length;
          const after = setAgents(text, names[at] ?? "", chosen, FILE);
          expect(parse(after).plugins[at]).toMatchObject({ name: names[at], agents: chosen });
          expect(setAgents(after, names[at] ?? "", chosen, FILE)).toBe(after);
          expect(commentsOf(text)).toEqual(expect.arrayContaining(commentsOf(after)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("adding a server and removing it gives the same bytes back where the section was there", () => {
    fc.assert(
      fc.property(file, ({ text }) => {
        fc.pre(text.includes("mcp_servers"));
        const after = addServer(
          text,
          "linear",
          { url: "https://mcp.linear.app/mcp", headers: { "X-Team": "core" } },
          FILE,
        );
        expect(parse(after).mcp_servers.linear.headers).toEqual({ "X-Team": "core" });
        expect(removeServer(after, "linear", FILE)).toBe(text);
      }),
    );
  });

  it("the template of a new manifest takes plugins and servers and gives its bytes back", () => {
    const text = initialManifest({ agents: ["claude-code", "codex"] });
    expect(parse(text)).toMatchObject({ agents: ["claude-code", "codex"], plugins: [], mcp_servers: {} });
    const one = addPlugin(text, "github", FILE);
    const two = addServer(one, "linear", { url: "https://mcp.linear.app/mcp" }, FILE);
    expect(removeServer(two, "linear", FILE)).toBe(one);
    expect(removePlugin(one, "github", FILE)).toBe(text);
  });
});
