import { dirname, join, basename, resolve } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";

/** A file that was not there before: whole, or not at all. @throws AtkError E_USAGE when something is there already */
export async function writeNew(file: string, text: string, { files, machine }: Host): Promise<void> {
  const path = resolve(machine.workingDirectory, file);
  if ((await files.stat(path)) !== undefined)
    throw new AtkError("E_USAGE", `${path} is there already, and was not written over`, {
      at: { file: path },
      hint: "choose another name",
    });
  const beside = join(dirname(path), `.${basename(path)}.new`);
  await files.unlink(beside).catch(() => undefined);
  await files.create(beside, new TextEncoder().encode(text), 0o644);
  await files.rename(beside, path);
}
