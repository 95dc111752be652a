import { basename, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files, ReadFiles } from "../core/host.ts";
import { isObject, type Json } from "../core/json.ts";
import { digestBytes } from "../host/digest.ts";
import type { Draft } from "./draft.ts";
import { makePrivateDirectory } from "./durable.ts";
import { originalsDirectory, type Intent, type JournalPlace } from "./journal.ts";
import type { Step } from "./step.ts";

/**
 * What a transaction found where it wrote, kept when it is closed, so that it can be taken back later.
 * The originals of a transaction are in its folder already; a description beside them makes images of them, and closing moves the folder.
 * One that is taken back takes its images with it.
 */
export interface RunImages {
  readonly id: string;
  /** In the order in which they were done. */
  readonly steps: readonly Step[];
  /** The path that a change named, where it stood for another one (links). */
  readonly places: Readonly<Record<string, string>>;
  /** As it was given to `prepare`. */
  readonly record: Json;
  /** Holds the originals, by the last part of their names in the steps. */
  readonly folder: string;
}

/** A folder of images, told by its name alone. */
export interface ImagesFolder {
  readonly path: string;
  readonly id: string;
  readonly at: Date;
  readonly sizeBytes: number;
}

const DESCRIPTION = "run.json";

/** The description, durable before anything is renamed. Called with the originals in place. */
export async function describeImages(
  { steps, targets }: Draft,
  { id, at }: Intent,
  { record, ...place }: JournalPlace & { readonly record: Json },
): Promise<void> {
  const { files, directory } = place;
  const places = Object.fromEntries(
    targets.flatMap(({ change, target }) => (change.path === target.path ? [] : [[change.path, target.path]])),
  );
  const own = steps.map(({ step }) => step) as unknown as Json;
  const text = `${JSON.stringify({ version: 1, id, at, steps: own, places, record })}\n`;
  const sizeBytes = steps.reduce((sum, { target }) => sum + (target?.file?.bytes.length ?? 0), text.length);
  const folder = originalsDirectory(directory, id);
  await makePrivateDirectory(folder, files);
  const bytes = new TextEncoder().encode(text.replace("{", `{"sizeBytes":${sizeBytes},`));
  await files.create(join(folder, DESCRIPTION), bytes, 0o600);
}

/** Moves what the transaction has of images to where they stay; without effect when it has none, or they were moved already. */
export async function keepImages(id: string, { files, directory }: JournalPlace): Promise<void> {
  const from = originalsDirectory(directory, id);
  const data = await readDescription(from, files);
  if (data === undefined) return;
  const at = String(data["at"]).replaceAll(/[^0-9TZ]/g, "");
  const folder = join(directory, "images");
  await makePrivateDirectory(folder, files);
  await files.rename(from, join(folder, `${at}-${id}-${Number(data["sizeBytes"])}`));
  await files.syncDirectory(folder);
}

/** All that are kept, newest first. Reads one directory. */
export async function listImages({ files, directory }: ImagesPlace): Promise<readonly ImagesFolder[]> {
  const folder = join(directory, "images");
  const found = ((await files.list(folder)) ?? []).flatMap(({ name }) => folderNamed(name, folder));
  return found.toSorted((a, b) => b.at.getTime() - a.at.getTime());
}

interface ImagesPlace {
  readonly files: ReadFiles;
  readonly directory: string;
}

const NAME = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([0-9a-f]+)-(\d+)$/;

function folderNamed(name: string, folder: string): readonly ImagesFolder[] {
  const [, year, month, day, hour, minute, second, ms, id, size] = NAME.exec(name) ?? [];
  if (id === undefined) return [];
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
  return [{ path: join(folder, name), id, at, sizeBytes: Number(size) }];
}

/** The images of one transaction; undefined when they are kept no longer, or cannot be read. */
export async function readImages(id: string, place: ImagesPlace): Promise<RunImages | undefined> {
  const found = (await listImages(place)).find((each) => each.id === id);
  const data = found === undefined ? undefined : await readDescription(found.path, place.files);
  if (found === undefined || data === undefined) return undefined;
  return { ...(data as unknown as RunImages), folder: found.path };
}

/**
 * What was in a file before the step; undefined when it was no file.
 * @throws AtkError E_INTEGRITY when the image is gone or not what it was.
 */
export async function imageBytes(
  step: Step,
  folder: string,
  files: ReadFiles,
): Promise<{ readonly bytes: Uint8Array; readonly mode: number } | undefined> {
  if (step.type !== "put" && step.type !== "remove") return undefined;
  if (step.before.state !== "file" || step.original === undefined) return undefined;
  const bytes = await files.read(join(folder, basename(step.original.file)));
  if (bytes !== undefined && digestBytes(bytes) === step.before.digest) return { bytes, mode: step.original.mode };
  throw new AtkError("E_INTEGRITY", `what ${step.path} was before is not kept any more, or was changed`, {
    at: { file: step.path },
  });
}

export async function dropImages({ path }: Pick<ImagesFolder, "path">, files: Files): Promise<void> {
  // The description first: what has none counts as gone, should this be stopped half way.
  const names = ((await files.list(path)) ?? []).map(({ name }) => name);
  const first = names.filter((name) => name === DESCRIPTION);
  for (const name of [...first, ...names.filter((each) => each !== DESCRIPTION)]) await files.unlink(join(path, name));
  await files.removeDirectory(path);
}

async function readDescription(folder: string, files: ReadFiles): Promise<Readonly<Record<string, Json>> | undefined> {
  const bytes = await files.read(join(folder, DESCRIPTION));
  if (bytes === undefined) return undefined;
  try {
    const data = JSON.parse(new TextDecoder().decode(bytes)) as Json;
    return isObject(data) && data["version"] === 1 && Array.isArray(data["steps"])
      ? (data as Readonly<Record<string, Json>>)
      : undefined;
  } catch {
    return undefined;
  }
}
