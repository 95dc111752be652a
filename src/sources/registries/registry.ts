import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { RegistryEntry as NamedRegistry } from "../../manifest/manifest.ts";
import type { SourceContext } from "../context.ts";
import { checkGitAddress } from "../git-address.ts";

/** The name of the registry that ships with atk; no other may have it. */
export const BUILT_IN = "atk";

/** A registry and how it is reached. */
export interface Registry {
  readonly name: string;
  readonly priority: number;
  readonly place:
    | { readonly type: "built-in"; readonly directory: string }
    | { readonly type: "folder"; readonly directory: string }
    | { readonly type: "git"; readonly url: string; readonly ref: string };
  /** As the lock names it; absent for the built-in one. */
  readonly origin?: string;
  /** minisign public key that must have signed the index. */
  readonly key?: string;
}

/** All registries, the one that is asked first in front: by priority, then as the manifest names them, the built-in one last. */
export function registriesOf(context: SourceContext): readonly Registry[] {
  const entries = context.registries ?? [];
  for (const [at, { name }] of entries.entries()) {
    const twice = entries.findIndex((each) => each.name === name) !== at;
    if (!twice && name !== BUILT_IN) continue;
    const why = twice ? "two registries have this name" : "this is the name of the built-in registry";
    throw new AtkError("E_MANIFEST", `registries: ${name}: ${why}`, { hint: "give it another name in atk.yaml" });
  }
  const named = entries.map((each) => toRegistry(each, context));
  return [...named, builtIn(context)].sort((a, b) => b.priority - a.priority);
}

export function builtIn({ registryDirectory: directory }: SourceContext): Registry {
  return { name: BUILT_IN, priority: 0, place: { type: "built-in", directory } };
}

/** @throws AtkError E_SOURCE, E_SECRET_IN_GIT for an address that cannot be used. */
export function toRegistry({ name, url, ref, priority, key }: NamedRegistry, context: SourceContext): Registry {
  const rest = { name, priority, ...(key === undefined ? {} : { key }) };
  return { ...rest, place: placeOf(url, ref, context), origin: withoutUser(url) };
}

/** What the lock remembers of it: `origin` is the address, a folder's relative to the manifest. */
export function placeOf(
  url: string,
  ref: string | undefined,
  context: SourceContext,
): Exclude<Registry["place"], { type: "built-in" }> {
  if (isGitAddress(url)) {
    checkGitAddress(url, ref ?? "HEAD");
    return { type: "git", url, ref: ref ?? "HEAD" };
  }
  if (ref !== undefined)
    throw new AtkError("E_USAGE", `${url} is a folder, which has no branch or tag ${ref}`, {
      hint: `write it as file://${resolve(context.manifestDirectory, url)} to read it through git`,
    });
  const { homeDirectory } = context.host.machine;
  const path = /^~([/\\]|$)/.test(url) ? join(homeDirectory, url.slice(1)) : url;
  return { type: "folder", directory: resolve(context.manifestDirectory, path) };
}

/** A scheme, or `user@host:path`; everything else is a folder. */
export function isGitAddress(url: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(url) || /^[^\s/@:\\]+@[^\s/:\\]+:/.test(url) || /^[a-z0-9+.-]{2,}::/i.test(url)
  );
}

/** https://mia@host/x gives https://host/x: who fetches is everybody's own matter. ssh needs its user. */
function withoutUser(url: string): string {
  return url.replace(/^(https?:\/\/)[^/\s@]*@/i, "$1");
}

/** A short name for files on this machine that belong to one registry. */
export function registryId(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\0")).digest("hex").slice(0, 16);
}

/** The registry of that name. @throws AtkError E_PLUGIN_NOT_FOUND naming those that there are. */
export function registryNamed(name: string, context: SourceContext): Registry {
  const all = registriesOf(context);
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = all.map((each) => each.name).join(", ");
  throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no registry ${JSON.stringify(name)}; there are: ${names}`, {
    hint: `atk registry add ${name} URL`,
  });
}
