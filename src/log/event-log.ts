import { createHash } from "node:crypto";
import type { Files } from "../core/host.ts";
import { canonical, isObject, type Json } from "../core/json.ts";
import { makePrivateDirectory } from "./durable.ts";
import { appendJsonLines } from "./json-lines.ts";
import {
  newestLog,
  readLastLines,
  readLogEnd,
  readLogLines,
  rotateLog,
  writeLogEnd,
  type LogEnd,
  type LogLine,
  type LogPlace,
} from "./log-files.ts";

/** Something that happened on this machine. Holds no secret: whoever appends sees to that. */
export interface LogEvent {
  /** Counts from 1 without gaps. */
  readonly seq: number;
  readonly at: string;
  /** Groups events that are read together: `apply`. */
  readonly stream: string;
  readonly type: string;
  readonly data: Json;
  /** Hash of the event before; "" for the first one. */
  readonly prev: string;
  /** `sha256-<hex>` over the canonical JSON of all other fields. */
  readonly hash: string;
}

export type NewEvent = Pick<LogEvent, "stream" | "type" | "data">;

export interface Verification {
  /** How many events are whole and in their chain, counted from the first. */
  readonly events: number;
  /** Lines of writes that a power cut tore; nothing follows from them. */
  readonly torn: readonly number[];
  /** The first line where the chain does not hold, and why. `file`: the name of an older file of the log. */
  readonly broken?: { readonly line: number; readonly reason: string; readonly file?: string };
}

export interface EventLog {
  /** Adds events, durable when it returns. The caller holds the home's lock: two writers at once would fork the chain. */
  append(events: readonly NewEvent[]): Promise<readonly LogEvent[]>;
  /** All events, or those of one stream, in order. */
  read(stream?: string): Promise<readonly LogEvent[]>;
  /** Whether nothing was changed, left out or put between. */
  verify(): Promise<Verification>;
}

export interface LogContext {
  readonly files: Files;
  /** The state directory; the log is `log.jsonl` in it. */
  readonly directory: string;
  now(): Date;
}

/** The machine's append-only log. Nothing is read or made before the first call; the end of the chain is then kept in memory. */
export function openEventLog({ files, directory, now }: LogContext): EventLog {
  const place = { files, directory };
  let last: LogEnd | undefined;
  return {
    async append(events) {
      last ??= await endOfChain(place);
      await makePrivateDirectory(directory, files);
      if (last !== undefined) await rotateLog(place, last.seq);
      const chained: LogEvent[] = [];
      for (const event of events) {
        const added = chain(event, last, now().toISOString());
        chained.push(added);
        last = added;
      }
      await appendJsonLines(newestLog(directory), chained as unknown as Json[], files);
      if (last !== undefined) await writeLogEnd(last, place);
      return chained;
    },
    read: async (stream) =>
      eventsOf(await readLogLines(place)).filter((event) => stream === undefined || event.stream === stream),
    verify: async () => verifyLines(await readLogLines(place), await readLogEnd(place)),
  };
}

/** What was cut off still counts: the gap must stay visible, and not be filled with other events. */
async function endOfChain(place: LogPlace): Promise<LogEnd | undefined> {
  const [found, end] = [eventsOf(await readLastLines(place)).at(-1), await readLogEnd(place)];
  return end !== undefined && end.seq > (found?.seq ?? 0) ? end : found;
}

function chain({ stream, type, data }: NewEvent, last: LogEnd | undefined, at: string): LogEvent {
  const event = { seq: (last?.seq ?? 0) + 1, at, stream, type, data, prev: last?.hash ?? "" };
  return { ...event, hash: hashOf(event) };
}

function hashOf(event: Omit<LogEvent, "hash">): string {
  const { seq, at, stream, type, data, prev } = event;
  return `sha256-${createHash("sha256").update(canonical({ seq, at, stream, type, data, prev })).digest("hex")}`;
}

function eventsOf(lines: readonly LogLine[]): readonly LogEvent[] {
  return lines.flatMap(({ value }) => (isEvent(value) ? [value as unknown as LogEvent] : []));
}

function isEvent(value: Json | undefined): boolean {
  return isObject(value) && typeof value["seq"] === "number" && typeof value["hash"] === "string";
}

function verifyLines(lines: readonly LogLine[], end: LogEnd | undefined): Verification {
  const torn: number[] = [];
  let last: LogEvent | undefined;
  for (const { number, value, file } of lines) {
    if (value === undefined) torn.push(number);
    else {
      const reason = fault(value, last) ?? endFault(value, end);
      const older = file === "log.jsonl" ? {} : { file };
      if (reason !== undefined) return { events: last?.seq ?? 0, torn, broken: { line: number, reason, ...older } };
      last = value as unknown as LogEvent;
    }
  }
  const events = last?.seq ?? 0;
  if (end === undefined || end.seq <= events) return { events, torn };
  const reason = `it ends here, and ${end.seq - events} more were written`;
  return { events, torn, broken: { line: (lines.at(-1)?.number ?? 0) + 1, reason } };
}

/** A chain that somebody made anew from the first line holds, but does not lead to the end that was written. */
function endFault(value: Json, end: LogEnd | undefined): string | undefined {
  const event = value as unknown as LogEvent;
  return end !== undefined && event.seq === end.seq && event.hash !== end.hash
    ? "it is not the event that was written"
    : undefined;
}

function fault(value: Json, last: LogEvent | undefined): string | undefined {
  if (!isEvent(value)) return "it is not an event";
  const event = value as unknown as LogEvent;
  if (event.seq !== (last?.seq ?? 0) + 1) return `its number is ${event.seq}, after ${last?.seq ?? 0}`;
  if (event.prev !== (last?.hash ?? "")) return "it does not follow the event before it";
  return hashOf(event) === event.hash ? undefined : "its content is not what its hash was made of";
}
