import { isAbsolute, join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { ReadHost } from "../core/host.ts";
import { BOM } from "../formats/text.ts";
import { valueFromInput } from "./value.ts";

export const MAX_FILE_BYTES = 1024 * 1024;

/**
 * The text of a file without one line ending at its end (and without a byte order mark, which some editors put before it).
 * `path`: absolute, `~/...` or relative to `baseDirectory`.
 * @throws AtkError E_ENV when it is absent, larger than 1 MiB or not UTF-8; E_FILE when it is a directory or cannot be read.
 */
export async function readSecretFile(path: string, baseDirectory: string, host: ReadHost): Promise<string> {
  const file = absolute(path, baseDirectory, host.machine.homeDirectory);
  const sizeBytes = (await host.files.stat((await host.files.realPath(file)) ?? file))?.sizeBytes ?? 0;
  // Looked at first, so that a disk image by mistake is not read into memory.
  if (sizeBytes > MAX_FILE_BYTES) throw refused(file, `it has ${sizeBytes} bytes, the most is ${MAX_FILE_BYTES}`);
  const bytes = await host.files.read(file);
  if (bytes === undefined) throw refused(file, "it does not exist");
  if (bytes.length > MAX_FILE_BYTES) throw refused(file, `the most is ${MAX_FILE_BYTES} bytes`);
  const text = textOf(bytes);
  if (text === undefined) throw refused(file, "it is not UTF-8 text");
  return valueFromInput(text.startsWith(BOM) ? text.slice(BOM.length) : text);
}

function absolute(path: string, baseDirectory: string, homeDirectory: string): string {
  if (/^~[/\\]/.test(path)) return join(homeDirectory, path.slice(2));
  return isAbsolute(path) ? path : join(baseDirectory, path);
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function refused(file: string, reason: string): AtkError {
  return new AtkError("E_ENV", `cannot take a secret from ${file}: ${reason}`, {
    at: { file },
    hint: `put the value alone into ${file}`,
  });
}
