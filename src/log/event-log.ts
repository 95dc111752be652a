import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Files } from "../core/host.ts";
import { canonical, isObject, type Json } from "../core/json.ts";
import { makePrivateDirectory } from "./durable.ts";
import { appendJsonLines, readJsonLines, type JsonLine } from "./json-lines.ts";

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
  /** The first line where the chain does not hold, and why. */
  readonly broken?: { readonly line: number; readonly reason: string };
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
  const path = join(directory, "log.jsonl");
  const lines = async (): Promise<readonly JsonLine[]> => (await readJsonLines(path, files)) ?? [];
  let last: LogEvent | undefined;
  return {
    async append(events) {
      last ??= eventsOf(await lines()).at(-1);
      await makePrivateDirectory(directory, files);
      const chained: LogEvent[] = [];
      for (const event of events) {
        last = chain(event, last, now().toISOString());
        chained.push(last);
      }
      await appendJsonLines(path, chained as unknown as Json[], files);
      return chained;
    },
    read: async (stream) => eventsOf(await lines()).filter((event) => stream === undefined || event.stream === stream),
    verify: async () => verifyLines(await lines()),
  };
}

function chain({ stream, type, data }: NewEvent, last: LogEvent | undefined, at: string): LogEvent {
  const event = { seq: (last?.seq ?? 0) + 1, at, stream, type, data, prev: last?.hash ?? "" };
  return { ...event, hash: hashOf(event) };
}

function hashOf(event: Omit<LogEvent, "hash">): string {
  const { seq, at, stream, type, data, prev } = event;
  return `sha256-${createHash("sha256").update(canonical({ seq, at, stream, type, data, prev })).digest("hex")}`;
}

function eventsOf(lines: readonly JsonLine[]): readonly LogEvent[] {
  return lines.flatMap(({ value }) => (isEvent(value) ? [value as unknown as LogEvent] : []));
}

function isEvent(value: Json | undefined): boolean {
  return isObject(value) && typeof value["seq"] === "number" && typeof value["hash"] === "string";
}

function verifyLines(lines: readonly JsonLine[]): Verification {
  const torn: number[] = [];
  let last: LogEvent | undefined;
  for (const { number, value } of lines) {
    if (value === undefined) torn.push(number);
    else {
      const reason = fault(value, last);
      if (reason !== undefined) return { events: last?.seq ?? 0, torn, broken: { line: number, reason } };
      last = value as unknown as LogEvent;
    }
  }
  return { events: last?.seq ?? 0, torn };
}

function fault(value: Json, last: LogEvent | undefined): string | undefined {
  if (!isEvent(value)) return "it is not an event";
  const event = value as unknown as LogEvent;
  if (event.seq !== (last?.seq ?? 0) + 1) return `its number is ${event.seq}, after ${last?.seq ?? 0}`;
  if (event.prev !== (last?.hash ?? "")) return "it does not follow the event before it";
  return hashOf(event) === event.hash ? undefined : "its content is not what its hash was made of";
}
