import { createHash } from "node:crypto";
import { wordsIn } from "./words-in.ts";
import { AtkError } from "../core/errors.ts";
import { canonical, isObject, type Json, type JsonObject } from "../core/json.ts";

/** What of a package-lock says what is installed; the rest (licence, funding, deprecation) may change without a new version. */
const KEPT: ReadonlySet<string> = wordsIn(`
  version resolved integrity dependencies optionalDependencies peerDependencies
  peerDependenciesMeta bundleDependencies inBundle optional peer devOptional bin engines os cpu
  libc hasInstallScript name
`);

/** One npm package with everything it depends on, exactly. */
export interface NpmTree {
  readonly package: string;
  readonly version: string;
  /** As the registry states it. */
  readonly integrity: string;
  /** Names of its programs; those that are one and the same file stand as one. */
  readonly bins: readonly string[];
  /** Packages with install scripts, sorted. */
  readonly scripts: readonly string[];
  /** A package-lock.json in one fixed form, and the SHA-256 of it: `sha256-<hex>`. */
  readonly text: string;
  readonly digest: string;
}

/**
 * The tree in a package-lock that npm wrote for a folder with one dependency. Equal trees give equal texts, on every machine.
 * @throws AtkError E_SOURCE for anything in it that no integrity covers
 */
export function readNpmTree(packageLock: string, name: string): NpmTree {
  const data: unknown = JSON.parse(packageLock);
  const packages = isObject(data) && isObject(data["packages"]) ? data["packages"] : {};
  const root = packages[`node_modules/${name}`];
  const version = isObject(root) ? root["version"] : undefined;
  const integrity = isObject(root) ? root["integrity"] : undefined;
  if (!isObject(root) || typeof version !== "string" || typeof integrity !== "string")
    throw new AtkError("E_SOURCE", `the npm registry states no integrity for ${name}, so it cannot be pinned`);
  const text = printTree(packages, name, version);
  return {
    package: name,
    version,
    integrity,
    bins: binsOf(root["bin"]),
    scripts: scriptsOf(packages),
    text,
    digest: digestOf(text),
  };
}

export function digestOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("hex")}`;
}

/** The package.json that goes with a tree's text. */
export function packageJsonOf(name: string, version: string): string {
  return `${JSON.stringify({ name: "atk-pin", private: true, dependencies: { [name]: version } })}\n`;
}

function printTree(packages: JsonObject, name: string, version: string): string {
  const entries = Object.entries(packages).filter(([path]) => path !== "");
  const kept = entries.map(([path, entry]) => [path, keptOf(path, entry)] as const);
  const all = { "": { name: "atk-pin", dependencies: { [name]: version } }, ...Object.fromEntries(kept) };
  const whole = { name: "atk-pin", lockfileVersion: 3, requires: true, packages: all };
  return `${JSON.stringify(JSON.parse(canonical(whole)), null, 1)}\n`;
}

function keptOf(path: string, entry: Json): JsonObject {
  if (!isObject(entry) || entry["link"] === true)
    throw new AtkError("E_SOURCE", `${path} is a folder of this machine, which cannot be pinned`);
  const { resolved, integrity } = entry;
  const isCovered = typeof integrity === "string" || entry["inBundle"] === true || isCommit(resolved);
  if (!isCovered) throw new AtkError("E_SOURCE", `the npm registry states no integrity for ${path}`);
  const kept = Object.entries(entry).filter(([key]) => KEPT.has(key));
  const address = typeof resolved === "string" ? { resolved: withoutCredentials(resolved) } : {};
  return { ...Object.fromEntries(kept), ...address };
}

function isCommit(resolved: Json | undefined): boolean {
  return typeof resolved === "string" && /^git\+[^#]+#[0-9a-f]{40}$/.test(resolved);
}

function withoutCredentials(address: string): string {
  return address.replace(/^([a-z+]+:\/\/)[^/@]*@/, "$1");
}

/** As npx sees it: names for one and the same file are one program. (npm, libnpmexec/lib/get-bin-from-manifest.js) */
function binsOf(bin: Json | undefined): readonly string[] {
  if (!isObject(bin)) return [];
  const names = Object.keys(bin).sort();
  return new Set(Object.values(bin)).size === 1 ? names.slice(0, 1) : names;
}

function scriptsOf(packages: JsonObject): readonly string[] {
  const names = Object.entries(packages).flatMap(([path, entry]) =>
    isObject(entry) && entry["hasInstallScript"] === true ? [path.replace(/^.*node_modules\//, "")] : [],
  );
  return [...new Set(names)].sort();
}
