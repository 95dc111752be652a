import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { makeDirectories } from "../context.ts";
import { stateRoot } from "../machine-paths.ts";

/** The random id of this machine, made when it is asked for first. Two at once get the same one. */
export async function machineId({ files, machine }: Pick<Host, "files" | "machine">): Promise<string> {
  const path = join(stateRoot(machine), "machine-id");
  const known = await read(path, files);
  if (known !== undefined) return known;
  await makeDirectories(files, stateRoot(machine));
  const id = randomUUID();
  const beside = `${path}.${id}`;
  await files.create(beside, new TextEncoder().encode(`${id}\n`), 0o600);
  // A link fails where somebody was quicker, and then theirs counts; a file there is always whole.
  await files
    .hardLink(beside, path)
    .catch(() => files.create(path, new TextEncoder().encode(`${id}\n`), 0o600).catch(() => undefined));
  await files.unlink(beside);
  const made = await read(path, files);
  if (made === undefined)
    throw new AtkError("E_FILE", `the id of this machine at ${path} is damaged`, {
      at: { file: path },
      hint: "delete it: a new one is made",
    });
  return made;
}

async function read(path: string, files: Host["files"]): Promise<string | undefined> {
  const text = new TextDecoder().decode(await files.read(path)).trim();
  return /^[0-9a-f-]{36}$/.test(text) ? text : undefined;
}
