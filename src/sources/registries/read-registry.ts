import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { maskUrl } from "../../git/git-error.ts";
import { createRunGit } from "../../git/native/run-git.ts";
import type { SourceContext } from "../context.ts";
import { environment, FETCH_TIMEOUT_MS, REFUSALS, SAFE } from "../git-fetch.ts";
import { withScratch } from "../scratch.ts";
import { INDEX_FILE, OLD_INDEX_FILE, SIGNATURE_FILE } from "../registry-index.ts";
import { withPartialClone } from "./git-partial.ts";
import { MAX_INDEX_BYTES } from "./parse-index.ts";
import type { Registry } from "./registry.ts";

/** What a registry says of itself, as it lies there: nothing is checked yet. */
export interface RawIndex {
  readonly format: "json" | "yaml";
  readonly bytes: Uint8Array;
  readonly signature?: string;
  /** Of a git registry: the commit it was read from, and tags like `github@1.2.0` with theirs. */
  readonly commit?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Reads the index of a registry from where it lies; `ref` instead of the registry's own. @throws AtkError E_GIT, E_SOURCE. */
export async function readRegistry(registry: Registry, context: SourceContext, ref?: string): Promise<RawIndex> {
  const { place } = registry;
  if (place.type !== "git") return readFolder(registry, place.directory, context);
  const { url } = place;
  const raw = await withPartialClone({ url, ref: ref ?? place.ref }, context, async (clone) => {
    const names = [INDEX_FILE, OLD_INDEX_FILE, SIGNATURE_FILE];
    const blobs = (await clone.list()).filter((blob) => names.includes(blob.path) && blob.mode.startsWith("100"));
    const fetched = await clone.fetch(blobs);
    for (const blob of fetched) checkSize(blob.sizeBytes, `${maskUrl(url)} ${blob.path}`);
    await clone.write(fetched.map((blob) => blob.path));
    return { ...(await readFolder(registry, clone.directory, context)), commit: clone.commit };
  });
  return ref === undefined ? { ...raw, tags: await versionTags(url, context) } : raw;
}

/** index.json, else the predecessor's index.yaml. */
async function readFolder(registry: Registry, directory: string, { host }: SourceContext): Promise<RawIndex> {
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const stat = await host.files.stat(join(directory, name));
    if (stat?.type !== "file") return undefined;
    checkSize(stat.sizeBytes, join(directory, name));
    return host.files.read(join(directory, name));
  };
  const signature = await read(SIGNATURE_FILE);
  const json = await read(INDEX_FILE);
  if (json !== undefined)
    return { format: "json", bytes: json, ...(signature === undefined ? {} : { signature: decode(signature) }) };
  const yaml = await read(OLD_INDEX_FILE);
  if (yaml !== undefined) return { format: "yaml", bytes: yaml };
  const where = registry.place.type === "git" ? maskUrl(registry.place.url) : directory;
  throw new AtkError("E_SOURCE", `${where} is not a registry: it has no ${INDEX_FILE} and no ${OLD_INDEX_FILE}`, {
    hint: "atk registry index DIR (writes the index of a folder with plugins/NAME/)",
  });
}

/** Too large is not the same as not there: else an index.yaml beside it would count. */
function checkSize(sizeBytes: number, what: string): void {
  if (sizeBytes <= MAX_INDEX_BYTES) return;
  throw new AtkError("E_SOURCE", `${what} is larger than ${MAX_INDEX_BYTES / 1024 / 1024} MiB`, {
    hint: "ask who keeps the registry",
  });
}

/** Older versions are where tags `<plugin>@<version>` say; what a tag says is compared with the index at its commit before it is used. */
async function versionTags(url: string, context: SourceContext): Promise<Readonly<Record<string, string>>> {
  return withScratch(context, async (scratch) => {
    const git = createRunGit(context.host, "git", scratch);
    const env = await environment({ host: context.host, url }, git);
    const args = [...SAFE, "ls-remote", "--tags", "--", url, "refs/tags/*@*"];
    const call = { args, env, timeoutMs: FETCH_TIMEOUT_MS, answers: REFUSALS, task: "list the versions" };
    return Object.fromEntries((await git(call)).stdout.split("\n").flatMap(parseTag));
  });
}

/** `<id>\trefs/tags/<name>`; for an annotated tag a second line with `^{}` has the commit, and comes later. (git ls-remote) */
function parseTag(line: string): readonly (readonly [string, string])[] {
  const [, id = "", tag = ""] =
    /^([0-9a-f]{40,64})\trefs\/tags\/([a-z0-9-]+@[0-9A-Za-z.+-]+)(?:\^\{\})?$/.exec(line) ?? [];
  return tag === "" ? [] : [[tag, id]];
}

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
