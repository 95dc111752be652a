import { existsSync } from "node:fs";
import { AtkError } from "../../core/errors.ts";
import { lifeOf, type ProcessIdentity } from "../../host/process-identity.ts";
import type { ServiceSpec } from "../service.ts";
import { claimService } from "./claim.ts";
import { STOP_MARGIN_MS, type ProcessDefinition } from "./handover.ts";
import { endGroup, isOver } from "./process-group.ts";
import { readRecord, writeRecord, type ServiceRecord } from "./record.ts";
import { standingOf } from "./standing.ts";
import { endStrays, marksOf } from "./strays.ts";

type Spec = ServiceSpec<ProcessDefinition>;

/** Ends a service with its supervisor; by itself when that is gone. @throws AtkError E_BUSY or E_SERVICE. */
export async function stopProcess(spec: Spec): Promise<void> {
  const { plugin, runDirectory, definition } = spec;
  if (!existsSync(runDirectory)) return;
  const release = await claimService(runDirectory, definition.stopGraceMs + STOP_MARGIN_MS);
  if (release === undefined)
    throw new AtkError("E_BUSY", `cannot stop ${plugin}: another start or stop of it does not come to its end`);
  try {
    await stopClaimed(spec);
  } finally {
    release();
  }
}

async function stopClaimed(spec: Spec): Promise<void> {
  const { plugin, runDirectory, env, definition } = spec;
  const found = readRecord(runDirectory);
  const standing = standingOf(found, runDirectory);
  if (standing.where === "elsewhere")
    throw new AtkError("E_SERVICE", `cannot stop ${plugin}: it runs in another container`, { hint: "stop it there" });
  if (found !== undefined && standing.supervised) await endSupervisor(found.supervisor, definition.stopGraceMs);
  // The supervisor may have started it again since.
  const record = readRecord(runDirectory) ?? found;
  const service = record?.service;
  if (service !== undefined && lifeOf(service) === "alive") await endGroup(service.pid, definition.stopGraceMs);
  await endStrays(marksOf(runDirectory, service, env), definition.stopGraceMs);
  if (service !== undefined && lifeOf(service) === "alive")
    throw new AtkError("E_SERVICE", `cannot stop ${plugin}: process ${service.pid} does not end`, {
      hint: `look at it: ps -fp ${service.pid}`,
    });
  if (record !== undefined) noteStopped(runDirectory, record);
}

/** It ends the service first. One that does not come to its end is ended itself, and its service by us. */
async function endSupervisor(supervisor: ProcessIdentity, graceMs: number): Promise<void> {
  const lives = (): boolean => lifeOf(supervisor) === "alive";
  signal(supervisor.pid, "SIGTERM");
  if (await isOver(lives, graceMs + STOP_MARGIN_MS)) return;
  if (lives()) signal(supervisor.pid, "SIGKILL");
  await isOver(lives, STOP_MARGIN_MS);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended meanwhile.
  }
}

function noteStopped(runDirectory: string, { detail: _detail, ...record }: ServiceRecord): void {
  if (record.phase === "stopped") return;
  writeRecord(runDirectory, { ...record, phase: "stopped", since: new Date().toISOString() });
}
