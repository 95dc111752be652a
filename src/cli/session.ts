import type { Readable, Writable } from "node:stream";
import type { Context, Event } from "../app/context.ts";
import type { Workspace } from "../app/workspace.ts";
import type { Host } from "../core/host.ts";
import { printable } from "./paint.ts";

/** One run of the CLI: where words go, and whether anybody can be asked. stdout is data, stderr is talk. */
export interface Session {
  readonly host: Host;
  /** Words of the command, without its arguments. */
  readonly command?: string;
  /** --json: stdout is one JSON document. */
  readonly json: boolean;
  /** -g: the home's manifest, wherever the command runs. */
  readonly global: boolean;
  /** --offline: nothing uses the network. */
  readonly offline: boolean;
  /** stderr is a terminal: progress may be drawn. */
  readonly drawsProgress: boolean;
  /** A person is at the terminal and may be asked. */
  readonly interactive: boolean;
  /** stdin and stdout each: whether a person is at it, or a pipe or a file. */
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean };
  readonly color: { readonly stdout: boolean; readonly stderr: boolean };
  /** Aborted by Ctrl-C and its like. Calling it takes the signals over: the command then has to end by itself. */
  interruption(): AbortSignal;
  /** The streams themselves, for what speaks a protocol over them. */
  streams(): { readonly input: Readable; readonly output: Writable };
  /** Data, with a line end. */
  out(text: string): void;
  /** Data as it is, nothing added. */
  outBare(text: string): void;
  /** Talk, with a line end. */
  say(text: string): void;
}

export function outJson(session: Session, value: unknown): void {
  session.out(JSON.stringify(value, undefined, 2));
}

/** The manifest that governs this run, said on stderr, with a context to work in. */
export async function openContext(session: Session): Promise<Context> {
  const { findWorkspace } = await import("../app/workspace.ts");
  const workspace = await findWorkspace(session.host, { global: session.global });
  sayWorkspace(session, workspace);
  return contextAt(session, workspace);
}

/** A context for a manifest that is known already. */
export async function contextAt(session: Session, workspace: Workspace, host: Host = session.host): Promise<Context> {
  const { createContext } = await import("../app/context.ts");
  const { createStep, createSteps } = await import("./steps.ts");
  const steps = createSteps(session);
  const { command, offline } = session;
  const manners = {
    step: createStep(session),
    ...(steps === undefined ? {} : { steps }),
    offline,
    ...(command === undefined ? {} : { command }),
  };
  return createContext(host, workspace, (event) => sayEvent(session, event), manners);
}

/** As `openContext`, for what only the home has: wherever the command runs. */
export function openHome(session: Session): Promise<Context> {
  return openContext({ ...session, global: true });
}

export function sayWorkspace(session: Session, workspace: Workspace): void {
  const what = workspace.scope === "user" ? "ATK Home" : "project";
  session.say(dim(session, `${what}: ${workspace.manifestFile}`));
}

export function sayEvent(session: Session, event: Event): void {
  if (event.type === "output") return session.say(`  ${event.owner} | ${printable(event.line)}`);
  const mark = event.type === "warning" ? "! " : "";
  session.say(`${mark}${event.message}${event.hint === undefined ? "" : `\n  ${event.hint}`}`);
}

export function dim(session: Session, text: string): string {
  return session.color.stderr ? `\u001B[2m${text}\u001B[22m` : text;
}
