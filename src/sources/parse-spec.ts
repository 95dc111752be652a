import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Source } from "../manifest/manifest.ts";
import { checkGitAddress } from "./git-address.ts";
import { checkPackageSpec } from "./npm-package.ts";

/** What somebody typed after `atk add`. */
export interface ParsedSpec {
  /** Known beforehand only for the registry; else the plugin itself says its name. */
  readonly name?: string;
  /** A local path is as typed (relative to the working directory), `~/` expanded. */
  readonly source: Source;
}

export interface SpecContext {
  /** Whether a path (as typed, relative to the working directory) is there. */
  readonly exists: (path: string) => Promise<boolean>;
  readonly homeDirectory: string;
  /** Whether the registry has a plugin of that name; absent: every name is taken for one. */
  readonly inRegistry?: (name: string) => Promise<boolean>;
  /** Names of registries: `acme/github` is the github of acme. */
  readonly registries?: readonly string[];
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * The source that a text means: `name`, `name@version`, `registry/name`, `npm:package[@range]`, a path, or a git address with `#ref` and `//folder`.
 * A plain word is a name of the registry, also where a folder of that name lies in the working directory.
 * @throws AtkError E_USAGE, E_PLUGIN_NOT_FOUND (with what was probably meant), E_SOURCE.
 */
export async function parseSpec(text: string, context: SpecContext): Promise<ParsedSpec> {
  const spec = text.trim();
  if (spec === "")
    throw new AtkError("E_PLUGIN_INVALID", "no plugin is named: the text is empty", {
      hint: "atk search (lists what there is)",
    });
  if (isPath(spec)) return { source: { type: "local", path: expandHome(spec, context.homeDirectory) } };
  if (spec.startsWith("npm:")) return { source: parseNpm(spec.slice("npm:".length)) };
  if (isGit(spec)) return { source: parseGit(spec) };
  const [name = "", version] = spec.split("@", 2);
  const [registry = "", inside = ""] = name.split("/", 2);
  if (NAME.test(inside) && context.registries?.includes(registry) && name === `${registry}/${inside}`)
    return parseName(inside, version, context, registry);
  if (NAME.test(name)) return parseName(name, version, context);
  if (await context.exists(spec)) return { source: { type: "local", path: spec } };
  throw unclear(spec);
}

/** `./x ../x ~/x /x`, and the same on Windows. */
function isPath(spec: string): boolean {
  return /^(\.{1,2}|~)?[/\\]|^(\.{1,2}|~)$|^[A-Za-z]:[/\\]/.test(spec);
}

function expandHome(path: string, homeDirectory: string): string {
  return /^~([/\\]|$)/.test(path) ? join(homeDirectory, path.slice(1)) : path;
}

function parseNpm(text: string): Source {
  const at = text.indexOf("@", 1);
  const name = at === -1 ? text : text.slice(0, at);
  const range = at === -1 ? undefined : text.slice(at + 1);
  checkPackageSpec(name, range ?? "latest");
  return { type: "npm", package: name, ...(range === undefined ? {} : { version: range }) };
}

/** A scheme, `user@host:path`, or a host with a dot before the first slash. */
function isGit(spec: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(spec) || /^[^\s/@:]+@[^\s/:]+:/.test(spec) || /^[^\s/@]+\.[^\s/@]+\//.test(spec)
  );
}

function parseGit(spec: string): Source {
  const [address = "", ref] = splitOnce(spec, "#");
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address)?.[0] ?? "";
  const [place = "", folder] = splitOnce(address.slice(scheme.length), "//");
  const bareHost = scheme === "" && !/^[^/]*@/.test(place);
  const url = `${bareHost ? "https://" : scheme}${place}`;
  checkGitAddress(url, ref === undefined || ref === "" ? "HEAD" : ref);
  const path = folder?.replace(/\/+$/, "") ?? "";
  return {
    type: "git",
    url,
    ...(ref === undefined || ref === "" ? {} : { ref }),
    ...(path === "" ? {} : { path }),
  };
}

function splitOnce(text: string, sign: string): readonly [string, string?] {
  const at = text.indexOf(sign);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + sign.length)];
}

async function parseName(
  name: string,
  version: string | undefined,
  context: SpecContext,
  registry?: string,
): Promise<ParsedSpec> {
  if (version === "") throw new AtkError("E_USAGE", `${name}@ names no version`, { hint: `atk add ${name}` });
  const known = registry !== undefined || context.inRegistry === undefined || (await context.inRegistry(name));
  if (!known && version === undefined && (await context.exists(name))) {
    throw new AtkError("E_PLUGIN_NOT_FOUND", `the registry has no plugin ${name}; a path of that name is here`, {
      hint: `did you mean ./${name}?`,
    });
  }
  const where = registry === undefined ? {} : { registry };
  return { name, source: { type: "registry", ...(version === undefined ? {} : { version }), ...where } };
}

function unclear(spec: string): AtkError {
  const message = `cannot tell what ${JSON.stringify(spec)} is: no such path, and no name, address or npm: package`;
  if (/^@[^/]+\/[^/]+$/.test(spec))
    return new AtkError("E_PLUGIN_NOT_FOUND", message, { hint: `did you mean npm:${spec}?` });
  if (/^[\w.-]+\/[\w.-]+$/.test(spec))
    return new AtkError("E_PLUGIN_NOT_FOUND", message, { hint: `did you mean https://github.com/${spec}?` });
  return new AtkError("E_PLUGIN_NOT_FOUND", message, { hint: "atk search (lists what there is)" });
}
