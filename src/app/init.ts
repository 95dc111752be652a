import { dirname, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { makeDirectories } from "./context.ts";
import type { HomeContent } from "./export/take-in.ts";
import { readSettings } from "./settings.ts";
import { homeDirectory } from "./workspace.ts";

export interface InitRequest {
  readonly directory: string | undefined;
  /** A git URL: the home is cloned from there; or a file that `atk export` wrote. */
  readonly from: string | undefined;
  /** Clients that are wired by default; absent: those found on this machine. */
  readonly agents: readonly string[];
}

export interface InitOutcome {
  readonly outcome: "created" | "cloned" | "already-there";
  readonly directory: string;
  readonly agents: readonly string[];
}

const MANIFEST = "atk.yaml";
/** What a home has beside its manifest from the beginning. */
export const INITIAL_FILES = [".gitignore", ".gitattributes", "plugins/.gitkeep"];
const CLONE_LIMIT_MS = 300_000;

/**
 * Makes ATK Home: atk.yaml, plugins/, .gitignore, a git repository, the first commit. Doing it again changes nothing.
 * @throws AtkError E_FILE when something else is there (named), E_GIT when a clone fails; nothing is left behind then.
 */
export async function initHome(request: InitRequest, host: Host): Promise<InitOutcome> {
  const settings = await readSettings(host);
  const directory = homeDirectory(host.machine, request.directory, settings.home);
  const found = await inspect(directory, host);
  if (found === "home") return { outcome: "already-there", directory, agents: [] };
  if (found !== "empty") throw notAHome(directory, found);
  await refuseUnknownAgents(request.agents);
  const { from, agents } = request;
  if (from === undefined) return create(directory, await newContent(agents, host), host);
  const { exportFileAt, readExport } = await import("./export/take-in.ts");
  const exported = await exportFileAt(from, host);
  if (exported === undefined) return cloneHome(directory, from, host);
  return create(directory, await readExport(exported, agents, host), host);
}

async function newContent(agents: readonly string[], host: Host): Promise<HomeContent> {
  const { initialManifest } = await import("../manifest/initial-manifest.ts");
  const wired = agents.length > 0 ? agents : await detected(host);
  return { files: { "atk.yaml": { text: initialManifest({ agents: wired }), mode: 0o644 } }, agents: wired };
}

/** @throws AtkError E_USAGE */
export async function refuseUnknownAgents(agents: readonly string[]): Promise<void> {
  const { clientIds } = await import("../clients/ids.ts");
  const unknown = agents.find((agent) => !clientIds.includes(agent));
  if (unknown === undefined) return;
  const { didYouMean } = await import("../manifest/suggest.ts");
  const hint = didYouMean(unknown, clientIds) ?? `agents: ${clientIds.join(", ")}`;
  throw new AtkError("E_USAGE", `there is no agent ${JSON.stringify(unknown)}; nothing was changed`, { hint });
}

/** @throws AtkError E_FILE when something else stands where the home would be made. */
export async function refuseOccupied(directory: string, host: Host): Promise<void> {
  const found = await inspect(directory, host);
  if (found !== "home" && found !== "empty") throw notAHome(directory, found);
}

type Found = "home" | "empty" | { readonly missing: readonly string[]; readonly present: readonly string[] };

/** All that an init which was stopped half way can have left: the manifest comes last. */
const BEGUN = new Set([".git", "plugins", ".gitignore", ".gitattributes"]);

async function inspect(directory: string, { files }: Host): Promise<Found> {
  const stat = await files.stat(directory);
  if (stat === undefined) return "empty";
  const entries = await files.list((await files.realPath(directory)) ?? directory).catch(() => undefined);
  if (entries === undefined) return { missing: ["a folder (it is a file)"], present: [] };
  const names = new Set(entries.map((entry) => entry.name));
  if (names.size === 0) return "empty";
  const manifest = names.has("atk.yaml") || names.has("manifest.yaml");
  if (manifest && names.has(".git")) return "home";
  if (!manifest && names.has(".git") && [...names].every((name) => BEGUN.has(name))) return "empty";
  const missing = [...(manifest ? [] : ["atk.yaml"]), ...(names.has(".git") ? [] : [".git"])];
  return { missing, present: [...names] };
}

function notAHome(directory: string, found: Exclude<Found, string>): AtkError {
  const problems = found.missing.map((name) => ({ message: `missing: ${name}` }));
  const message = `${directory} is there already and is not an ATK Home`;
  return new AtkError("E_FILE", message, {
    at: { file: directory },
    problems,
    hint: "choose another folder: atk init DIR",
  });
}

async function create(directory: string, { files, agents }: HomeContent, host: Host): Promise<InitOutcome> {
  const { chooseGit } = await import("../git/choose-git.ts");
  const { initialIgnore } = await import("../git/ignore-file.ts");
  const { initialAttributes } = await import("../git/attributes-file.ts");
  await makeHomeDirectory(directory, host);
  const git = await chooseGit(host, directory);
  await git.init();
  await host.files.makeDirectory(join(directory, "plugins"), 0o755);
  await write(join(directory, ".gitignore"), initialIgnore(), 0o644, host);
  await write(join(directory, ".gitattributes"), initialAttributes(), 0o644, host);
  await write(join(directory, "plugins", ".gitkeep"), "", 0o644, host);
  const manifestLast = Object.entries(files).sort(
    ([path], [other]) => Number(path === MANIFEST) - Number(other === MANIFEST),
  );
  for (const [path, { text, mode }] of manifestLast) await write(join(directory, path), text, mode, host);
  const paths = [...Object.keys(files), ...INITIAL_FILES];
  await git.commitPaths({ paths, message: "Initialize ATK Home" });
  await installDriver(directory, host);
  return { outcome: "created", directory, agents };
}

async function installDriver(directory: string, host: Host): Promise<void> {
  const { installMergeDriver } = await import("./merge/install-merge-driver.ts");
  await installMergeDriver(directory, host);
}

async function makeHomeDirectory(directory: string, { files }: Host): Promise<void> {
  await makeDirectories(files, dirname(directory));
  await files.makeDirectory(directory, 0o755);
}

async function detected(host: Host): Promise<readonly string[]> {
  const { detectClients } = await import("../clients/detect.ts");
  return detectClients(host);
}

async function write(path: string, text: string, mode: number, { files }: Host): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await makeFolders(dirname(path), files);
  await files.create(path, new TextEncoder().encode(text), mode);
}

/** Of files that were exported; like those of the home they are for everybody to read. */
async function makeFolders(path: string, files: Host["files"]): Promise<void> {
  if ((await files.stat(path)) !== undefined) return;
  await makeFolders(dirname(path), files);
  await files.makeDirectory(path, 0o755);
}

/** What is no home is not kept: neither its files nor a folder that was made for them. */
async function cloneHome(directory: string, url: string, host: Host): Promise<InitOutcome> {
  const { clone } = await import("../git/clone.ts");
  const wasThere = (await host.files.stat(directory)) !== undefined;
  const forget = async (error: unknown): Promise<never> => {
    if (!wasThere) await host.files.removeDirectory(directory);
    throw error;
  };
  await makeDirectories(host.files, dirname(directory));
  await clone(host, { url, directory, timeoutMs: CLONE_LIMIT_MS }).catch(forget);
  if ((await inspect(directory, host)) === "home") {
    await installDriver(directory, host);
    return { outcome: "cloned", directory, agents: [] };
  }
  const { removeAll } = await import("../sources/scratch.ts");
  for (const { name } of (await host.files.list(directory)) ?? []) await removeAll(join(directory, name), host.files);
  return forget(await noManifest(url));
}

async function noManifest(url: string): Promise<AtkError> {
  const { maskUrl } = await import("../git/git-error.ts");
  const hint = "atk init makes a new home; give the URL of a repository that is one";
  return new AtkError("E_FILE", `${maskUrl(url)} is no ATK Home: there is no atk.yaml in it; nothing was kept`, {
    hint,
  });
}
