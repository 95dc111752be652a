import type { ReadFiles } from "../core/host.ts";
import { digestBytes } from "../host/digest.ts";

/** What is at a path now, as the journal writes it: a digest, `link:<target>`, the name of another kind, or null. */
export async function currentDigest(path: string, files: ReadFiles): Promise<string | null> {
  const stat = await files.stat(path);
  if (stat === undefined) return null;
  if (stat.type === "link") return `link:${await files.readLink(path)}`;
  if (stat.type !== "file") return stat.type;
  const bytes = await files.read(path);
  return bytes === undefined ? null : digestBytes(bytes);
}
