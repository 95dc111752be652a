import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import type { Json } from "../core/json.ts";
import { isObject } from "../core/json.ts";
import type { Manifest } from "../manifest/manifest.ts";
import { VERSION } from "../version.generated.ts";
import type { Context } from "./context.ts";
import { makeDirectories } from "./context.ts";
import type { Definition } from "./definition.ts";

/**
 * What was parsed and validated before, by digest of its content: the manifest by its text, plugin definitions by the integrity
 * of their tree and their overrides. Only a shortcut: it may be deleted at any time, and is written only by runs that change something.
 */
export interface Shortcuts {
  readonly manifests: Readonly<Record<string, Manifest>>;
  readonly definitions: Readonly<Record<string, Definition>>;
}

/** Changes with the shape of what is parsed. */
const EDITION = `${VERSION}/2`;

const NONE: Shortcuts = { manifests: {}, definitions: {} };

export async function readShortcuts(context: Context): Promise<Shortcuts> {
  const bytes = await context.host.files.read(fileOf(context)).catch(() => undefined);
  if (bytes === undefined) return NONE;
  try {
    const data = JSON.parse(new TextDecoder().decode(bytes)) as Json;
    if (!isObject(data) || data["version"] !== EDITION) return NONE;
    return data as unknown as Shortcuts;
  } catch {
    return NONE;
  }
}

/** Best effort: a full disk or a read-only cache must not fail what was done. */
export async function writeShortcuts(shortcuts: Shortcuts, context: Context): Promise<void> {
  const path = fileOf(context);
  const { files } = context.host;
  const beside = `${path}.${process.pid}`;
  try {
    await makeDirectories(files, dirname(path));
    const text = JSON.stringify({ version: EDITION, ...shortcuts });
    await files.create(beside, new TextEncoder().encode(text), 0o600);
    await files.rename(beside, path);
  } catch {
    await files.unlink(beside).catch(() => undefined);
  }
}

function fileOf({ workspace }: Context): string {
  const id = createHash("sha256").update(workspace.directory).digest("hex").slice(0, 16);
  return join(workspace.cacheDirectory, "parsed", `${id}.json`);
}
