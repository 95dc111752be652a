import { join } from "node:path";
import type { Files } from "../core/host.ts";
import { isObject, type Json } from "../core/json.ts";
import { readText, writeWhole } from "./write-whole.ts";

/** How the last run of a timer went. */
export interface TimerRun {
  /** ISO 8601. */
  readonly started: string;
  /** Absent while it goes on, or when it was killed. */
  readonly ended?: string;
  readonly exitCode?: number;
}

export function timersFolder(stateDirectory: string): string {
  return join(stateDirectory, "timers");
}

/** The end of what the last run printed. */
export function outputFileOf(id: string, stateDirectory: string): string {
  return join(timersFolder(stateDirectory), `${id}.log`);
}

export async function readRun(
  id: string,
  stateDirectory: string,
  files: Pick<Files, "read">,
): Promise<TimerRun | undefined> {
  const text = await readText(recordFile(id, stateDirectory), files);
  const data = text === undefined ? undefined : parsed(text);
  if (data === undefined || !isObject(data) || typeof data["started"] !== "string") return undefined;
  const { started, ended, exitCode } = data;
  return {
    started,
    ...(typeof ended === "string" ? { ended } : {}),
    ...(typeof exitCode === "number" ? { exitCode } : {}),
  };
}

export async function writeRun(id: string, run: TimerRun, stateDirectory: string, files: Files): Promise<void> {
  await writeWhole(recordFile(id, stateDirectory), `${JSON.stringify(run)}\n`, files);
}

function recordFile(id: string, stateDirectory: string): string {
  return join(timersFolder(stateDirectory), `${id}.json`);
}

/** A damaged record says nothing, as none does. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
