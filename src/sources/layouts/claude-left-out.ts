import { posix } from "node:path";
import { member, type Part } from "./json-file.ts";
import { listed } from "./layout.ts";

/** A part of a Claude Code plugin that no other agent has: its field, its usual place, and why it stays behind. */
const PARTS = [
  { field: "agents", place: /^agents\/.+\.md$/, what: "agents", why: "sub-agents are a thing of Claude Code" },
  { field: "hooks", place: /^hooks\/hooks\.json$/, what: "hooks", why: "atk wires no hooks; nothing of them is run" },
  { field: "outputStyles", place: /^output-styles\/.+/, what: "output styles", why: "only Claude Code has them" },
  { field: "lspServers", place: /^\.lsp\.json$/, what: "language servers", why: "atk wires no language servers" },
  { field: "monitors", place: /^monitors\/.+/, what: "monitors", why: "atk wires none; nothing of them is run" },
  { field: "themes", place: /^themes\/.+/, what: "themes", why: "only Claude Code has them" },
  { field: "workflows", place: /^workflows\/.+/, what: "workflows", why: "only Claude Code has them" },
  { field: "channels", place: undefined, what: "channels", why: "only Claude Code has them" },
  { field: "settings", place: /^settings\.json$/, what: "settings", why: "a plugin changes no settings of an agent" },
  { field: undefined, place: /^bin\/.+/, what: "programs in bin/", why: "nothing is put on PATH" },
  { field: "dependencies", place: undefined, what: "dependencies", why: "add those plugins as well" },
] as const;

/** One sentence for each part that is there and does not map. */
export function leftOutOfClaude(manifest: Part, paths: ReadonlySet<string>): readonly string[] {
  return PARTS.flatMap(({ field, place, what, why }) => {
    const files = place === undefined ? [] : [...paths].filter((path) => place.test(path)).sort();
    const isNamed = field !== undefined && member(manifest, field) !== undefined;
    if (files.length === 0 && !isNamed) return [];
    const names = files.map((path) => (what === "agents" ? posix.basename(path, ".md") : path));
    return [`${what}${names.length === 0 ? "" : ` (${listed(names)})`} are left out: ${why}.`];
  });
}
