import { basename, posix } from "node:path";
import type { LockedPlugin } from "../manifest/lock.ts";
import type { Policy, Source } from "../manifest/manifest.ts";
import type { Plugin } from "../manifest/plugin.ts";

/** Why the policy of the manifest refuses a plugin, a sentence each; none when it does not. */
export function policyFaults(
  source: Source,
  locked: LockedPlugin,
  plugin: Plugin | undefined,
  policy: Policy,
): readonly string[] {
  return [
    ...sourceFaults(source, locked, policy),
    ...maturityFaults(source, locked, policy),
    ...signatureFaults(source, locked, policy),
    ...(plugin === undefined ? [] : commandFaults(commandsOf(plugin), policy)),
  ];
}

function sourceFaults(source: Source, { origin }: LockedPlugin, { sources }: Policy): readonly string[] {
  if (sources === undefined) return [];
  const names = sourceNames(source, origin);
  if (sources.some((pattern) => names.some((name) => fits(name, pattern)))) return [];
  return [`${names[0]} is not among the sources that policy.sources allows (${sources.join(", ") || "none"})`];
}

/** What patterns are compared with: the longest first. */
export function sourceNames(source: Source, origin?: string): readonly string[] {
  switch (source.type) {
    case "registry":
      return [
        `registry:${source.registry ?? "built-in"}`,
        ...(origin === undefined ? [] : [`registry:${origin}`]),
        "registry",
      ];
    case "git":
      return [...spelled(source.url).flatMap((url) => [`git:${url}`, `git:${url.replace(/\.git$/, "")}`]), "git"];
    case "npm":
      return [`npm:${source.package}`, "npm"];
    case "local":
      return [`local:${straight(source.path)}`, "local"];
    case "archive":
      return [...spelled(source.url).map((url) => `archive:${url}`), "archive"];
    case "oci":
      return [`oci:${source.image}`, "oci"];
    case "mcp-registry":
      return [`mcp-registry:${source.server}`, "mcp-registry"];
  }
}

/** As it is written, and as programs read it: `https://a.example/acme/../other` is a folder `other`, and only that. */
function spelled(url: string): readonly string[] {
  const read = URL.canParse(url) ? new URL(url).href : straight(url);
  return DOTS.test(url) ? [read] : [...new Set([url, read])];
}

const DOTS = /(^|[\\/:])(\.|%2e){1,2}([\\/]|$)/i;

function straight(path: string): string {
  const short = posix.normalize(path);
  return path.startsWith("./") && !short.startsWith("..") ? `./${short}` : short;
}

/** A `*` stands for any text; nothing else is special. */
export function fits(text: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`, "su").test(text);
}

const RANK = ["ai-generated", "community", "verified"];

/** What a plugin says of itself does not count. */
function maturityFaults({ type }: Source, locked: LockedPlugin, { maturity }: Policy): readonly string[] {
  if (maturity === undefined) return [];
  const known = type === "registry" ? (locked.maturity ?? "ai-generated") : "ai-generated";
  if (RANK.indexOf(known) >= RANK.indexOf(maturity)) return [];
  const said = type === "registry" ? `its registry says ${known}` : "no registry says anything of it";
  return [`policy.maturity asks for ${maturity}, and ${said}`];
}

/** Folders of this machine are the user's own; the index of a registry is checked when it is read. */
function signatureFaults(source: Source, locked: LockedPlugin, { signed }: Policy): readonly string[] {
  if (!signed || source.type === "local" || source.type === "registry") return [];
  return locked.signer === undefined ? [UNSIGNED] : [];
}

const UNSIGNED = "policy.signed asks for a signature, and it has none that was checked";

/** Programs in front of commands, and behind the signs that a shell starts a new one after. */
export function commandFaults(commands: readonly string[], { deniedCommands }: Policy): readonly string[] {
  if (deniedCommands.length === 0) return [];
  return commands.flatMap((command) => {
    const denied = programsOf(command).find((program) => deniedCommands.some((pattern) => fits(program, pattern)));
    return denied === undefined ? [] : [`policy.denied_commands names ${denied}, which it runs: ${command}`];
  });
}

function commandsOf({ lifecycle, service, servers }: Plugin): readonly string[] {
  const started = servers.flatMap((server) =>
    server.transport === "stdio" ? [[server.command, ...server.args].join(" ")] : [],
  );
  const own = service?.command === undefined ? [] : [[service.command, ...(service.args ?? [])].join(" ")];
  const byType = service?.type === "docker" || service?.type === "docker-compose" ? ["docker"] : [];
  const probe = service?.health?.command === undefined ? [] : [service.health.command];
  const { health_endpoint: _address, ...commands } = lifecycle;
  return [...Object.values(commands), ...started, ...own, ...probe, ...byType];
}

/** Rather one word too many than one too few: every word that could be a program, quotes taken for ends of words and for nothing. */
function programsOf(command: string): readonly string[] {
  const texts = [command, command.replaceAll(/["'\\]/g, "")];
  const words = texts.flatMap((text) => text.split(/:[-=?+]|[\s;&|()`"'$<>={},\\]+/)).filter((word) => word !== "");
  return words.flatMap((word) => [basename(word), basename(word).replace(/\.(exe|com|cmd|bat|ps1)$/i, "")]);
}
