import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../core/json.ts";
import type { ProcessIdentity } from "../../host/process-identity.ts";
import type { Ending } from "./handover.ts";

export type Phase = "starting" | "running" | "backing off" | "failed" | "stopped";

/** What is known of a service, in `state.json` of its run directory. Holds nothing of arguments and environment. */
export interface ServiceRecord {
  readonly format: 1;
  readonly phase: Phase;
  /** Since when it is in this phase, ISO 8601. */
  readonly since: string;
  readonly supervisor: ProcessIdentity;
  /** The command's process, also after its end; it leads its session and group. Absent before the first one. */
  readonly service?: ProcessIdentity;
  /** How often it was started again since `start`. */
  readonly restarts: number;
  readonly lastEnding?: Ending;
  /** One sentence for a person. */
  readonly detail?: string;
}

export function recordPath(runDirectory: string): string {
  return join(runDirectory, "state.json");
}

/** undefined when there is none that can be read, as after a loss of power. */
export function readRecord(runDirectory: string): ServiceRecord | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(recordPath(runDirectory), "utf8"));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is ServiceRecord {
  if (!isObject(value) || value["format"] !== 1 || typeof value["phase"] !== "string") return false;
  const { supervisor, service } = value;
  return isIdentity(supervisor) && (service === undefined || isIdentity(service));
}

function isIdentity(value: unknown): boolean {
  return isObject(value) && Number.isSafeInteger(value["pid"]) && Number(value["pid"]) > 1;
}

/** The whole file or nothing of it. Throws the system's error. */
export function writeRecord(runDirectory: string, record: ServiceRecord): void {
  const path = recordPath(runDirectory);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}
