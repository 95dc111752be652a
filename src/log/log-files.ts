import { join } from "node:path";
import type { Files } from "../core/host.ts";
import { isObject } from "../core/json.ts";
import { discard } from "./durable.ts";
import { readJsonLines, type JsonLine } from "./json-lines.ts";

/** The files of one log: the newest events in `log.jsonl`, older ones in files named by the number of their last event. */
export interface LogPlace {
  readonly files: Files;
  readonly directory: string;
}

/** A line, and the name of the file it stands in. */
export interface LogLine extends JsonLine {
  readonly file: string;
}

/** The end of the chain as it was last written, in a file of its own: without it nobody could see that the end was cut off. */
export interface LogEnd {
  readonly seq: number;
  readonly hash: string;
}

const NEWEST = "log.jsonl";
const END = "log.end";

/** Beyond this a file is closed and the next one begun; all of them are read by whoever asks for the history. */
export const LARGEST_LOG_BYTES = 4 * 1024 * 1024;

export function newestLog(directory: string): string {
  return join(directory, NEWEST);
}

/** The lines of all files, oldest first. */
export async function readLogLines(place: LogPlace): Promise<readonly LogLine[]> {
  const names = [...(await olderLogs(place)), NEWEST];
  return (await Promise.all(names.map((name) => linesOf(name, place)))).flat();
}

/** The lines of the newest file that has any. */
export async function readLastLines(place: LogPlace): Promise<readonly LogLine[]> {
  for (const name of [NEWEST, ...(await olderLogs(place)).toReversed()]) {
    const lines = await linesOf(name, place);
    if (lines.length > 0) return lines;
  }
  return [];
}

/** Closes the newest file when it is large; its events stay, and the chain goes on in the next. */
export async function rotateLog({ files, directory }: LogPlace, last: number): Promise<void> {
  const path = newestLog(directory);
  const stat = await files.stat(path);
  if (stat === undefined || stat.sizeBytes < LARGEST_LOG_BYTES) return;
  await files.rename(path, join(directory, `log-${String(last).padStart(9, "0")}.jsonl`));
  await files.syncDirectory(directory);
}

export async function readLogEnd({ files, directory }: LogPlace): Promise<LogEnd | undefined> {
  const bytes = await files.read(join(directory, END));
  if (bytes === undefined) return undefined;
  try {
    const data: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const isEnd = isObject(data) && typeof data["seq"] === "number" && typeof data["hash"] === "string";
    return isEnd ? (data as unknown as LogEnd) : undefined;
  } catch {
    return undefined;
  }
}

export async function writeLogEnd({ seq, hash }: LogEnd, { files, directory }: LogPlace): Promise<void> {
  const beside = join(directory, `${END}.new`);
  await discard(beside, files);
  await files.create(beside, new TextEncoder().encode(`${JSON.stringify({ seq, hash })}\n`), 0o600);
  await files.rename(beside, join(directory, END));
}

async function linesOf(name: string, { files, directory }: LogPlace): Promise<readonly LogLine[]> {
  const lines = (await readJsonLines(join(directory, name), files)) ?? [];
  return lines.map((line) => ({ ...line, file: name }));
}

async function olderLogs({ files, directory }: LogPlace): Promise<readonly string[]> {
  const names = ((await files.list(directory)) ?? []).map(({ name }) => name);
  return names.filter((name) => /^log-\d{9}\.jsonl$/.test(name)).sort();
}
