import type { ReadFiles } from "../core/host.ts";
import { digestBytes } from "../host/digest.ts";
import type { Snapshot } from "./step.ts";

/** What is at a path itself; "other" for a directory or anything that atk does not put anywhere. */
export async function takeSnapshot(path: string, files: ReadFiles): Promise<Snapshot | "other"> {
  const stat = await files.stat(path);
  if (stat === undefined) return { state: "absent" };
  if (stat.type === "link") return { state: "link", target: (await files.readLink(path)) ?? "" };
  if (stat.type !== "file") return "other";
  const bytes = await files.read(path);
  return bytes === undefined ? { state: "absent" } : { state: "file", digest: digestBytes(bytes) };
}
