import type { Observation, ServiceState } from "../service.ts";
import { readRecord, type ServiceRecord } from "./record.ts";
import { isOfEarlierBoot, standingOf, type Standing } from "./standing.ts";

/** What the record and the system's process table tell; some reads of small files, nothing else. */
export function observeProcess(runDirectory: string): Observation {
  const record = readRecord(runDirectory);
  if (record === undefined) return { state: "stopped" };
  const standing = standingOf(record, runDirectory);
  const { state, detail } = judge(record, standing);
  const isRunning = standing.where === "here" && standing.running;
  return {
    state,
    since: record.since,
    restarts: record.restarts,
    ...(detail === undefined ? {} : { detail }),
    ...(isRunning && record.service !== undefined ? { pid: record.service.pid } : {}),
  };
}

interface Judgement {
  readonly state: ServiceState;
  readonly detail?: string | undefined;
}

const UNSUPERVISED = "no supervisor: it will not be started again by itself";

function judge(record: ServiceRecord, standing: Standing): Judgement {
  const { phase, detail } = record;
  if (standing.where === "elsewhere")
    return { state: "unknown", detail: `it was started in another container (${record.supervisor.hostname})` };
  if (standing.supervised) return judgeSupervised(record, standing.running);
  if (standing.running) return { state: "running", detail: UNSUPERVISED };
  if (phase === "failed" || phase === "stopped") return { state: phase, detail };
  if (isOfEarlierBoot(record)) return { state: "stopped", detail: "the machine was started anew since" };
  return { state: "failed", detail: "it and its supervisor were ended by somebody else" };
}

/** A supervisor that has just noted the end of its service is about to end too. */
function judgeSupervised({ phase, detail }: ServiceRecord, isRunning: boolean): Judgement {
  if (phase === "failed" || phase === "stopped") return { state: phase, detail };
  if (phase === "running") return isRunning ? { state: "running", detail } : { state: "starting", detail: ENDED };
  return { state: "starting", detail };
}

const ENDED = "it has just ended";
