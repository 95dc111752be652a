import type { Source } from "../manifest/manifest.ts";
import type { Context } from "./context.ts";
import { readInputs, type Inputs } from "./inputs.ts";

export interface ListedEntry {
  readonly name: string;
  readonly kind: "plugin" | "mcp_server" | "skill" | "instruction";
  readonly enabled: boolean;
  readonly agents: readonly string[];
  readonly version?: string;
  readonly source: string;
}

/** The manifest's entries, in its order. Reads the manifest and the lock, nothing else. */
export async function listEntries(context: Context): Promise<readonly ListedEntry[]> {
  return entriesOf(await readInputs(context));
}

/** The same from what was read already. */
export function entriesOf({ manifest, lock }: Pick<Inputs, "manifest" | "lock">): readonly ListedEntry[] {
  const paths = (kind: "skill" | "instruction", entries: typeof manifest.skills): readonly ListedEntry[] =>
    entries.map(({ path, enabled, agents }) => ({
      name: path,
      kind,
      enabled,
      agents: agents ?? manifest.agents,
      source: "manifest",
    }));
  return [
    ...manifest.plugins.map((entry): ListedEntry => {
      const locked = lock.plugins[entry.name];
      const version = locked?.version ?? locked?.commit?.slice(0, 12);
      return {
        name: entry.name,
        kind: "plugin",
        enabled: entry.enabled,
        agents: entry.agents ?? manifest.agents,
        ...(version === undefined ? {} : { version }),
        source: sourceText(entry.source),
      };
    }),
    ...Object.entries(manifest.servers).map(([name, server]): ListedEntry => ({
      name,
      kind: "mcp_server",
      enabled: server.enabled,
      agents: server.agents ?? manifest.agents,
      source: "manifest",
    })),
    ...paths("skill", manifest.skills),
    ...paths("instruction", manifest.instructions),
  ];
}

/** A source in one line, without credentials. */
export function sourceText(source: Source): string {
  switch (source.type) {
    case "registry":
      return `${source.registry ?? "registry"}${source.version === undefined ? "" : `@${source.version}`}`;
    case "git":
      return `${source.url.replace(/\/\/[^/@]+@/, "//")}${source.ref === undefined ? "" : `#${source.ref}`}`;
    case "npm":
      return `npm:${source.package}${source.version === undefined ? "" : `@${source.version}`}`;
    case "local":
      return source.link === true ? `${source.path} (linked)` : source.path;
    case "archive":
      return source.url.replace(/\/\/[^/@]+@/, "//");
    case "oci":
      return `oci:${source.image}`;
    case "mcp-registry":
      return `mcp-registry:${source.server}${source.version === undefined ? "" : `@${source.version}`}`;
  }
}
