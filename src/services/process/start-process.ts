import { mkdirSync, statSync } from "node:fs";
import { AtkError } from "../../core/errors.ts";
import type { Machine } from "../../core/host.ts";
import { fileFault } from "../../host/file-fault.ts";
import { findProgram } from "../../host/find-program.ts";
import type { Words } from "../../core/resource.ts";
import type { ServiceSpec } from "../service.ts";
import type { Handover, ProcessDefinition, Reply, Rules } from "./handover.ts";
import { lastWords } from "./last-words.ts";
import { launchSupervisor } from "./launch-supervisor.ts";
import { readRecord } from "./record.ts";
import { standingOf } from "./standing.ts";
import { stopProcess } from "./stop-process.ts";

export interface StartRequest {
  readonly spec: ServiceSpec<ProcessDefinition>;
  readonly machine: Machine;
  /** Path of the supervisor's program. */
  readonly supervisor: string;
  readonly rules: Rules;
  readonly hide: readonly string[];
}

/** Starts the command of a service under a supervisor. @throws AtkError E_PROGRAM, E_SERVICE, E_BUSY or E_FILE. */
export async function startProcess({ spec, machine, supervisor, rules, hide }: StartRequest): Promise<void> {
  const env = mergedEnvironment(spec, machine);
  const handover = await makeHandover(spec, { ...machine, env, workingDirectory: spec.directory }, rules);
  makeRunDirectory(spec.runDirectory);
  if (isBackingOff(spec.runDirectory)) await stopProcess(spec);
  const reply = await launchSupervisor(supervisor, handover, machine.env);
  await refuseFailed(reply, spec, hide);
}

/** It waits to be tried again; whoever starts it now wants it tried now, and as it is configured now. */
function isBackingOff(runDirectory: string): boolean {
  const record = readRecord(runDirectory);
  const standing = standingOf(record, runDirectory);
  return record?.phase === "backing off" && standing.where === "here" && standing.supervised;
}

function mergedEnvironment({ env }: ServiceSpec, machine: Machine): Record<string, string> {
  const all = Object.entries({ ...machine.env, ...env });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

type Place = Machine & { readonly env: Readonly<Record<string, string>> };

/** `machine` as the command will see it: in the plugin's folder, with the plugin's variables. */
async function makeHandover(spec: ServiceSpec<ProcessDefinition>, machine: Place, rules: Rules): Promise<Handover> {
  const { plugin, directory, runDirectory, definition, inside = asItIs } = spec;
  const { command, restart, maxRestarts, stopGraceMs } = definition;
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new AtkError("E_SERVICE", `cannot start ${plugin}: its folder is not there`, { at: { file: directory } });
  const program = findProgram(command, machine);
  if (program === undefined)
    throw new AtkError("E_PROGRAM", `cannot start ${plugin}: no program ${command} that may be executed`, {
      at: { file: directory },
      hint: "install it, or correct the command in the plugin",
    });
  const { env } = machine;
  const { command: first, args } = await inside({ command: program, args: definition.args }, "service");
  return { plugin, program: first, args, directory, env, restart, maxRestarts, stopGraceMs, runDirectory, rules };
}

async function asItIs(words: Words): Promise<Words> {
  return words;
}

function makeRunDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileFault("make", path, error);
  }
}

async function refuseFailed(reply: Reply, spec: ServiceSpec, hide: readonly string[]): Promise<void> {
  const { plugin, runDirectory } = spec;
  const cannot = `cannot start ${plugin}:`;
  switch (reply.result) {
    case "started":
    case "running":
      return;
    case "busy":
      throw new AtkError("E_BUSY", `${cannot} another start or stop of it does not come to its end`);
    case "elsewhere":
      throw new AtkError("E_SERVICE", `${cannot} it runs in another container`, { hint: `stop it there` });
    case "stopped":
      throw new AtkError("E_SERVICE", `${cannot} it was stopped meanwhile`);
    case "fault":
      throw new AtkError("E_FILE", `${cannot} ${reply.message}`, { at: { file: runDirectory } });
    case "ended": {
      const words = await lastWords(runDirectory, reply.from, hide);
      const code = reply.ending.kind === "not started" ? "E_PROGRAM" : "E_SERVICE";
      const said = words === "" ? "; it said nothing" : `; the last it said:${words}`;
      throw new AtkError(code, `${cannot} it ${reply.detail}${said}`, { at: { file: spec.directory } });
    }
  }
}
