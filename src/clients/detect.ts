import { join } from "node:path";
import type { ReadHost } from "../core/host.ts";
import type { Client } from "./client.ts";
import { clients as everyClient } from "./index.generated.ts";
import { userFile } from "./locate.ts";

export interface DetectOptions {
  readonly clients?: readonly Client[];
  /** Folders that stand in for the user's home, by client id. */
  readonly homes?: Readonly<Record<string, string>>;
}

/**
 * Ids of the clients that are installed here, sorted: a program of theirs is on PATH, or their folder exists.
 * Starts nothing.
 */
export async function detectClients(host: ReadHost, options: DetectOptions = {}): Promise<readonly string[]> {
  const clients = options.clients ?? everyClient;
  const found = await Promise.all(clients.map((client) => isInstalled(client, host, options.homes?.[client.id])));
  return clients.flatMap((client, index) => (found[index] === true ? [client.id] : [])).sort();
}

async function isInstalled({ detect }: Client, host: ReadHost, home: string | undefined): Promise<boolean> {
  for (const path of detect.paths) {
    if ((await host.files.stat(await userFile(path, host, home))) !== undefined) return true;
  }
  for (const program of detect.programs) {
    if (await isOnPath(program, host)) return true;
  }
  return false;
}

async function isOnPath(program: string, { files, machine }: ReadHost): Promise<boolean> {
  const onWindows = machine.platform === "windows";
  const folders = (machine.env["PATH"] ?? machine.env["Path"] ?? "")
    .split(onWindows ? ";" : ":")
    .filter((folder) => folder !== "");
  const endings = onWindows
    ? (machine.env["PATHEXT"] ?? ".EXE;.CMD;.BAT").split(";").map((ending) => ending.toLowerCase())
    : [""];
  const places = folders.flatMap((folder) => endings.map((ending) => join(folder, `${program}${ending}`)));
  // What stands in a folder that the user may not enter cannot be started either.
  const stats = await Promise.all(places.map((place) => files.stat(place).catch(() => undefined)));
  return stats.some((stat) => stat?.type === "file" || stat?.type === "link");
}
