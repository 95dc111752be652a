import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { FileChange } from "../../host/file-change.ts";
import { digestBytes } from "../../host/digest.ts";
import type { Lock, Pin } from "../../manifest/lock.ts";
import type { Context } from "../context.ts";

type NpmPin = Extract<Pin, { type: "npm" }>;

/** Dependency trees lie beside the lock, one file for each, and are committed with it. */
export function treeFile(lockFile: string, { package: name, version, tree }: NpmPin): string {
  const digest = tree.replace(/^sha256-/, "").slice(0, 12);
  return join(treeFolder(lockFile), `${name.replace("/", "__")}@${version}-${digest}.json`);
}

/** @throws AtkError E_LOCK when it is not there */
export async function readTree(pin: NpmPin, { host, workspace }: Pick<Context, "host" | "workspace">): Promise<string> {
  const file = treeFile(workspace.lockFile, pin);
  const bytes = await host.files.read(file);
  if (bytes !== undefined) return new TextDecoder().decode(bytes);
  throw new AtkError("E_LOCK", `${file} is missing: it says what ${pin.package}@${pin.version} depends on`, {
    at: { file },
    hint: "take atk.lock.d from the commit that atk.lock is from, or run: atk lock",
  });
}

/** Writes the trees that the lock names and takes away those it no longer does. */
export async function treeChanges(
  lock: Lock,
  trees: Readonly<Record<string, string>>,
  { host, look, workspace }: Context,
): Promise<readonly FileChange[]> {
  const needed = new Map(npmPins(lock).map((pin) => [treeFile(workspace.lockFile, pin), pin.tree]));
  const changes: FileChange[] = [];
  for (const [path, tree] of needed) {
    const text = trees[tree];
    const found = text === undefined ? undefined : await look.bytes(path);
    if (text === undefined) continue;
    const bytes = new TextEncoder().encode(text);
    if (found === undefined) changes.push({ type: "write", path, bytes, mode: 0o644, expected: { state: "absent" } });
    else if (digestBytes(found) !== digestBytes(bytes))
      changes.push({
        type: "write",
        path,
        bytes,
        mode: 0o644,
        expected: { state: "file", digest: digestBytes(found) },
      });
  }
  const folder = treeFolder(workspace.lockFile);
  for (const { name, type } of (await host.files.list(folder)) ?? []) {
    const path = join(folder, name);
    const bytes = needed.has(path) || type !== "file" || !name.endsWith(".json") ? undefined : await look.bytes(path);
    if (bytes !== undefined)
      changes.push({ type: "remove", path, expected: { state: "file", digest: digestBytes(bytes) } });
  }
  return changes;
}

/** Every npm package that the lock has pinned. */
export function npmPins({ plugins, servers = {} }: Lock): readonly NpmPin[] {
  const pins = [
    ...Object.values(plugins).flatMap(({ programs = {} }) => Object.values(programs)),
    ...Object.values(servers).map(({ program }) => program),
  ];
  return pins.flatMap((pin) => (pin?.type === "npm" ? [pin] : []));
}

function treeFolder(lockFile: string): string {
  return join(`${lockFile}.d`, "npm");
}
