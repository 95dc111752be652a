import { relative, resolve } from "node:path";
import { AtkError } from "../../core/errors.ts";
import { digestBytes } from "../../host/digest.ts";
import type { Expected, FileChange } from "../../host/file-change.ts";
import { readBeforeImage, type BeforeImage } from "../../log/before-images.ts";
import { prepare } from "../../log/transaction.ts";
import type { Context } from "../context.ts";
import { finishOpenWork, withHomeLock } from "../open-work.ts";
import { recordApplied } from "../record-applied.ts";
import { runEvent } from "../run-event.ts";
import { backupPlace } from "../stage-tasks.ts";
import { expandTilde } from "../workspace.ts";

/** A whole file as it was before atk wrote in it for the first time. */
export interface FirstFile {
  /** Absolute. */
  readonly path: string;
  readonly before: "absent" | "file" | "link";
  /** Of the file then and now; absent where there was, or is, none. */
  readonly sizeBytes: { readonly before?: number; readonly now?: number };
  /** It is so now. */
  readonly isSame: boolean;
  /**
   * Puts it back, or with `into` writes it there, where nothing may be yet. Gives the place of a copy of what was there.
   * @throws AtkError E_STALE when the file was changed meanwhile, E_FILE
   */
  write(into: string | undefined): Promise<{ readonly kept?: string }>;
}

/** Changes nothing. @throws AtkError E_FILE for a file that atk has never written */
export async function findFirstFile(named: string, context: Context): Promise<FirstFile> {
  const { host, workspace } = context;
  const path = absolute(named, context);
  const image = await readBeforeImage(path, { files: host.files, directory: workspace.stateDirectory });
  if (image === undefined)
    throw new AtkError("E_FILE", `atk has never written ${path}, so it keeps nothing of it`, {
      at: { file: path },
      hint: "atk history",
    });
  if (!relative(workspace.directory, path).startsWith(".."))
    throw new AtkError("E_USAGE", `${path} belongs to the manifest's folder, which git keeps`, {
      hint: "atk rollback",
    });
  const now = await found(path, context);
  const then = image.state === "file" ? { before: image.bytes.length } : {};
  return {
    path,
    before: image.state,
    sizeBytes: { ...then, ...(now.bytes === undefined ? {} : { now: now.bytes.length }) },
    isSame: isAsBefore(now.expected, image),
    write: (into) => (into === undefined ? putBack({ path, image, now }, context) : copy(image, into, context)),
  };
}

function absolute(named: string, { host }: Context): string {
  const { workingDirectory } = host.machine;
  return resolve(workingDirectory, expandTilde(named, host.machine));
}

interface Found {
  readonly expected: Expected;
  readonly bytes?: Uint8Array;
}

async function found(path: string, { host: { files } }: Context): Promise<Found> {
  const stat = await files.stat(path);
  if (stat === undefined) return { expected: { state: "absent" } };
  if (stat.type === "link") return { expected: { state: "link", target: (await files.readLink(path)) ?? "" } };
  const bytes = stat.type === "file" ? await files.read(path) : undefined;
  if (bytes === undefined)
    throw new AtkError("E_FILE", `${path} is no file now`, { at: { file: path }, hint: "put it aside, then again" });
  return { expected: { state: "file", digest: digestBytes(bytes) }, bytes };
}

function isAsBefore(now: Expected, image: BeforeImage): boolean {
  if (image.state === "file") return now.state === "file" && now.digest === digestBytes(image.bytes);
  if (image.state === "link") return now.state === "link" && now.target === image.target;
  return now.state === "absent";
}

interface PuttingBack {
  readonly path: string;
  readonly image: BeforeImage;
  readonly now: Found;
}

function putBack({ path, image, now }: PuttingBack, context: Context): Promise<{ readonly kept?: string }> {
  const label = `Put ${path} back as it was before atk`;
  return withHomeLock(context, label, async () => {
    await finishOpenWork(context);
    const kept = now.bytes === undefined ? undefined : await keepCopy(path, now.bytes, context);
    const changes = [...(kept?.changes ?? []), asBefore(path, image, now.expected)];
    const { host, workspace } = context;
    const transaction = await prepare(
      { label, changes, note: {} },
      { files: host.files, directory: workspace.stateDirectory, now: () => host.now() },
    );
    await transaction.commit();
    await recordApplied(runEvent({ label, tasks: [] }, context), context);
    await transaction.close();
    return kept === undefined ? {} : { kept: kept.path };
  });
}

function asBefore(path: string, image: BeforeImage, expected: Expected): FileChange {
  if (image.state === "absent") return { type: "remove", path, expected };
  if (image.state === "link") return { type: "link", path, target: image.target, expected };
  return { type: "write", path, bytes: image.bytes, mode: image.mode, forceMode: true, expected };
}

interface Copy {
  readonly path: string;
  readonly changes: readonly FileChange[];
}

async function keepCopy(path: string, bytes: Uint8Array, context: Context): Promise<Copy> {
  const place = backupPlace(path, bytes, context);
  if ((await context.host.files.stat(place)) !== undefined) return { path: place, changes: [] };
  const change: FileChange = { type: "write", path: place, bytes, mode: 0o600, expected: { state: "absent" } };
  return { path: place, changes: [change] };
}

async function copy(image: BeforeImage, into: string, context: Context): Promise<{ readonly kept?: string }> {
  const path = absolute(into, context);
  if (image.state !== "file")
    throw new AtkError("E_FILE", `it was ${image.state === "link" ? "a link" : "not there"} before`, {
      at: { file: path },
    });
  // What atk keeps of other files may hold their secrets: the copy is the user's alone.
  await context.host.files.create(path, image.bytes, 0o600);
  return {};
}
