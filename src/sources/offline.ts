import { AtkError } from "../core/errors.ts";
import { maskUrl } from "../git/git-error.ts";
import type { Source } from "../manifest/manifest.ts";
import type { SourceContext } from "./context.ts";

const REMOTE: ReadonlySet<Source["type"]> = new Set(["git", "npm", "archive", "oci", "mcp-registry"]);

/** Whether content of such a source comes over the network. */
export function isRemote(source: Source): boolean {
  return REMOTE.has(source.type);
}

/** @throws AtkError E_SOURCE when the network would be needed and is not to be used. */
export function refuseOffline(name: string, source: Source, context: SourceContext): void {
  if (context.offline !== true || !isRemote(source)) return;
  throw new AtkError(
    "E_SOURCE",
    `${name}: ${showSource(source)} is not on this machine, and the network is not to be used (--offline)`,
    { hint: `run it once without --offline, or on a machine with a network: atk vendor` },
  );
}

function showSource(source: Source): string {
  switch (source.type) {
    case "git":
    case "archive":
      return maskUrl(source.url);
    case "npm":
      return `npm package ${source.package}`;
    default:
      return `the content of its ${source.type} source`;
  }
}
