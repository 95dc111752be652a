import fc from "fast-check";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { addPlugin, addServer, removePlugin, removeServer, setPluginField } from "../../src/manifest/edit-manifest.ts";
import { readYaml } from "../../src/manifest/yaml-document.ts";
import { normalManifest } from "../../src/merge/normal-manifest.ts";

const FILE = "atk.yaml";

export const dataOf = (text: string): JsonObject => {
  const { data, problems } = readYaml(text, FILE);
  if (problems.length > 0) throw new Error(`${problems[0]?.message} in\n${text}`);
  return normalManifest(data);
};

const NAMES = ["github", "memory", "sentry", "figma", "linear", "slack"] as const;
const AGENTS = ["claude-code", "codex", "cursor", "amp", "zed"] as const;
const SERVERS = ["files", "clock", "search", "env"] as const;

const pluginText = fc
  .record({
    name: fc.constantFrom(...NAMES),
    form: fc.constantFrom("plain", "block", "flow", "agents", "env", "deep"),
    comment: fc.constantFrom("", "# why\n", "\n# one\n# two\n", "\n"),
    trail: fc.constantFrom("", " # here"),
  })
  .map(({ name, form, comment, trail }) => {
    const written = {
      plain: `- ${name}${trail}\n`,
      block: `- name: ${name}${trail}\n  enabled: false\n`,
      flow: `- { name: ${name}, enabled: false }${trail}\n`,
      agents: `- name: ${name}\n  agents:\n    - codex${trail}\n    # below\n`,
      env: `- name: ${name}\n  env:\n    A: a${trail}\n    # deep\n    B: { env: C }\n`,
      deep: `-\n  name: ${name}\n  source: { type: git, url: "https://x/${name}", ref: v1 }\n`,
    }[form];
    return { name, text: comment + written };
  });

const indented = (text: string, by: number) => text.replaceAll(/^(?=.)/gm, " ".repeat(by));

export const manifests = fc
  .record({
    plugins: fc.uniqueArray(pluginText, { maxLength: 5, selector: ({ name }) => name }),
    indent: fc.constantFrom(0, 2, 4),
    servers: fc.uniqueArray(fc.constantFrom(...SERVERS), { maxLength: 3 }),
    agents: fc.uniqueArray(fc.constantFrom(...AGENTS), { minLength: 1, maxLength: 3 }),
    agentsForm: fc.constantFrom("flow", "block"),
    top: fc.constantFrom("", "# top\n", "# one\n\n# two\n", "---\n"),
    bottom: fc.constantFrom("", "# the end\n", "\n"),
    eol: fc.constantFrom("\n", "\r\n"),
    last: fc.boolean(),
  })
  .map(({ plugins, indent, servers, agents, agentsForm, top, bottom, eol, last }) => {
    const list =
      agentsForm === "flow"
        ? `agents: [${agents.join(", ")}]\n`
        : `agents:\n${agents.map((a) => `  - ${a}\n`).join("")}`;
    const entries =
      plugins.length === 0
        ? "plugins: []\n"
        : `plugins:\n${indented(plugins.map(({ text }) => text).join(""), indent)}`;
    const maps = servers.map((id) => `  ${id}:\n    command: npx\n    args: [-y, ${id}]\n`).join("");
    const text = `${top}schema_version: "2026-11-21"\n${list}\n# plugins\n${entries}${maps === "" ? "" : `\nmcp_servers: # own\n${maps}`}${bottom}`;
    return (last ? text : text.replace(/\n+$/, "")).replaceAll("\n", eol);
  });

/** A change as a person or a command makes it; it does nothing where it does not fit. */
export type Change =
  | { readonly type: "add"; readonly name: string; readonly entry: Json }
  | { readonly type: "remove"; readonly name: string }
  | {
      readonly type: "field";
      readonly name: string;
      readonly field: "agents" | "env" | "enabled" | "source";
      readonly value: Json | undefined;
    }
  | { readonly type: "add-server"; readonly name: string; readonly word: string }
  | { readonly type: "remove-server"; readonly name: string }
  | { readonly type: "comment"; readonly name: string; readonly comment: string }
  | { readonly type: "turn" };

const value = fc.oneof(
  fc.record({
    field: fc.constant("agents" as const),
    value: fc.option(fc.uniqueArray(fc.constantFrom(...AGENTS), { minLength: 1, maxLength: 3 }), { nil: undefined }),
  }),
  fc.record({ field: fc.constant("enabled" as const), value: fc.constantFrom(false, undefined) }),
  fc.record({
    field: fc.constant("env" as const),
    value: fc.dictionary(
      fc.constantFrom("A", "B", "C", "D"),
      fc.constantFrom<Json>("one", "two", { env: "X" }, { secret: "x/y" }),
    ),
  }),
  fc.record({
    field: fc.constant("source" as const),
    value: fc.constantFrom<Json | undefined>(
      { type: "registry", version: "1.0.0" },
      { type: "registry", version: "2.0.0" },
      { type: "git", url: "https://x/y", ref: "v2" },
      undefined,
    ),
  }),
);

export const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({
    type: fc.constant("add" as const),
    name: fc.constantFrom(...NAMES),
    entry: fc.constantFrom<Json>({}, { enabled: false }, { agents: ["zed"] }),
  }),
  fc.record({ type: fc.constant("remove" as const), name: fc.constantFrom(...NAMES) }),
  fc.tuple(fc.constantFrom(...NAMES), value).map(([name, set]) => ({ type: "field" as const, name, ...set })),
  fc.record({
    type: fc.constant("add-server" as const),
    name: fc.constantFrom(...SERVERS),
    word: fc.constantFrom("a", "b"),
  }),
  fc.record({ type: fc.constant("remove-server" as const), name: fc.constantFrom(...SERVERS) }),
  fc.record({
    type: fc.constant("comment" as const),
    name: fc.constantFrom(...NAMES),
    comment: fc.constantFrom("# changed", "# by hand"),
  }),
  fc.record({ type: fc.constant("turn" as const) }),
);

const namesIn = (text: string) =>
  ((dataOf(text)["plugins"] ?? []) as readonly JsonObject[]).map(({ name }) => String(name));

export function changed(text: string, change: Change): string {
  const plugins = namesIn(text);
  const servers = Object.keys((dataOf(text)["mcp_servers"] ?? {}) as JsonObject);
  switch (change.type) {
    case "add": {
      if (plugins.includes(change.name)) return text;
      const isPlain = Object.keys(change.entry as JsonObject).length === 0;
      return addPlugin(text, isPlain ? change.name : { name: change.name, ...(change.entry as JsonObject) }, FILE);
    }
    case "remove":
      return plugins.includes(change.name) ? removePlugin(text, change.name, FILE) : text;
    case "field":
      if (!plugins.includes(change.name)) return text;
      return setPluginField(text, { plugin: change.name, name: change.field, value: change.value }, FILE);
    case "add-server":
      if (servers.includes(change.name)) return text;
      return addServer(text, change.name, { command: "npx", args: ["-y", change.word] }, FILE);
    case "remove-server":
      return servers.includes(change.name) ? removeServer(text, change.name, FILE) : text;
    case "comment":
      return text.replace(
        new RegExp(`^( *)- ${change.name}(?: #.*?)?(?=\\r?$)`, "m"),
        `$1- ${change.name} ${change.comment}`,
      );
    case "turn":
      return turned(text);
  }
}

/** The agents the other way round. */
function turned(text: string): string {
  return text.replace(
    /^agents: \[(.*)\]/m,
    (_, inside: string) => `agents: [${inside.split(", ").reverse().join(", ")}]`,
  );
}
