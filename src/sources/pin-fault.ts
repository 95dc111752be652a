import type { PluginServer } from "../manifest/plugin.ts";
import { isExactVersion } from "./npm-package.ts";

/** Programs that fetch what they run, and how an exact version looks to each. */
const RUNNERS: Readonly<Record<string, (spec: string) => boolean>> = {
  npx: isExactPackage,
  bunx: isExactPackage,
  pnpx: isExactPackage,
  uvx: (spec) => isExactRelease(spec.split(/==|@/, 2)[1] ?? ""),
  pipx: (spec) => isExactRelease(spec.split("==", 2)[1] ?? ""),
  docker: isExactImage,
  podman: isExactImage,
};

/** Options of these programs that take the next word as their value. */
const WITH_VALUE: ReadonlySet<string> = new Set([
  "-e",
  "--env",
  "-v",
  "--volume",
  "--name",
  "--network",
  "-p",
  "--publish",
  "--from",
  "--with",
  "-c",
  "--python",
  "--mount",
  "--registry",
]);
/** Options whose value is the package. */
const PACKAGE_OPTIONS = /^(--package|-p|--from)(=|$)/;

/** Why a server does not always start the same program; undefined when it does, or when nothing is fetched. */
export function pinFault(server: PluginServer): string | undefined {
  if (server.transport !== "stdio") return undefined;
  const runner = server.command.replace(/^.*[\\/]/, "").replace(/\.(cmd|exe)$/, "");
  const isExact = Object.hasOwn(RUNNERS, runner) ? RUNNERS[runner] : undefined;
  if (isExact === undefined) return undefined;
  const spec = packageIn(server.args, runner);
  if (spec === undefined) return `${runner} is given no package`;
  return isExact(spec) ? undefined : `${runner} ${spec} names no exact version`;
}

function packageIn(args: readonly string[], runner: string): string | undefined {
  const isImage = runner === "docker" || runner === "podman";
  const words = isImage || runner === "pipx" ? args.slice(args.indexOf("run") + 1) : args;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    if (!isImage && PACKAGE_OPTIONS.test(word))
      return word.includes("=") ? word.slice(word.indexOf("=") + 1) : words[index + 1];
    if (!word.startsWith("-")) return word;
    if (WITH_VALUE.has(word)) index += 1;
  }
  return undefined;
}

function isExactPackage(spec: string): boolean {
  const at = spec.indexOf("@", 1);
  return at !== -1 && isExactVersion(spec.slice(at + 1));
}

/** A version of a Python package, `1.2.3rc1` too. (PEP 440) */
function isExactRelease(version: string): boolean {
  return isExactVersion(version) || /^\d+(\.\d+)+((a|b|rc)\d+)?(\.post\d+)?(\.dev\d+)?$/.test(version);
}

/** A digest, or a tag that has a full version in it. */
function isExactImage(image: string): boolean {
  if (/@sha256:[0-9a-f]{64}$/.test(image)) return true;
  return /:v?\d+\.\d+\.\d+[\w.-]*$/.test(image);
}
