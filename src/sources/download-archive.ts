import { fileURLToPath } from "node:url";
import { AtkError } from "../core/errors.ts";
import { checkArchiveAddress } from "./archive-address.ts";
import { downloadTooLarge } from "./archive-fault.ts";
import type { SourceContext } from "./context.ts";
import { httpGet } from "./http-get.ts";
import { MAX_ARCHIVE_BYTES } from "./tree-limits.ts";

/**
 * An archive in memory: nothing of it is on the disk until it was checked.
 * @throws AtkError E_SOURCE, E_PLUGIN_NOT_FOUND; E_HOSTILE when it is too large; E_SECRET_IN_GIT for a password in the address.
 */
export async function downloadArchive(url: string, context: SourceContext): Promise<Uint8Array> {
  checkArchiveAddress(url);
  if (url.startsWith("file://")) return readArchive(url, context);
  if (context.offline === true)
    throw new AtkError("E_SOURCE", `${url} is not on this machine, and the network is not to be used`);
  return httpGet({ url, maxBytes: MAX_ARCHIVE_BYTES, tooLong: () => downloadTooLarge(url) });
}

async function readArchive(url: string, { host }: SourceContext): Promise<Uint8Array> {
  const path = pathOf(url);
  const stat = await host.files.stat((await host.files.realPath(path)) ?? path);
  if (stat !== undefined && stat.sizeBytes > MAX_ARCHIVE_BYTES) throw downloadTooLarge(url);
  const bytes = stat?.type === "file" ? await host.files.read(path) : undefined;
  if (bytes !== undefined) return bytes;
  throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no archive at ${path}`, {
    at: { file: path },
    hint: "check the path",
  });
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new AtkError("E_SOURCE", `${url} is not the address of a file here`, {
      hint: "file:///absolute/path.tar.gz",
      cause,
    });
  }
}
