import { stripVTControlCharacters } from "node:util";
import { AtkError } from "../core/errors.ts";
import { redactText } from "../core/redact.ts";
import type { ConcreteServer } from "./concrete-server.ts";
import { AbortedError, TimeoutError } from "./deadline.ts";

export type Stage =
  | "start"
  | "initialize"
  | "tools/list"
  | "prompts/list"
  | "resources/list"
  | "resources/templates/list";

/** What was seen of a server besides its answers. */
export interface Witness {
  /** The end of what it wrote to stderr. */
  stderr(): string;
  /** The first line on stdout that is no message, if there was one. */
  garbage(): string | undefined;
  /** Waits a moment for last words. */
  settle(): Promise<void>;
}

interface Case {
  readonly server: ConcreteServer;
  readonly stage: Stage;
  readonly timeoutMs: number;
  readonly witness: Witness | undefined;
}

const MAX_LINES = 12;
const MAX_LINE_LENGTH = 300;

/** The error for people: what was tried, what was found, and the server's last words without secrets. */
export function failure(error: unknown, about: Case): AtkError {
  if (error instanceof AtkError) return error;
  const { server } = about;
  if (error instanceof AbortedError)
    return new AtkError("E_INTERRUPTED", `${server.id}: stopped while testing the server`);
  const reason = hide(plain(reasonOf(error, about)), server.hidden);
  return new AtkError("E_COMMAND", `${server.id}: ${reason}${lastWords(about)}`, { hint: hintFor(about) });
}

function reasonOf(error: unknown, { stage, timeoutMs, witness, server }: Case): string {
  const doing = stage === "start" ? "start" : `answer \`${stage}\``;
  const garbage = witness?.garbage();
  const noise = garbage === undefined ? "" : `; it printed text that is not MCP on stdout: ${JSON.stringify(garbage)}`;
  if (error instanceof TimeoutError) return `the server did not ${doing} within ${timeoutMs / 1000} s${noise}`;
  const said = oneLine(error instanceof Error ? rootMessage(error) : String(error));
  if (server.transport === "stdio") return `the server did not ${doing}: ${said}${noise}`;
  return `${redactText(server.url, () => "hidden")} did not ${doing}: ${said}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, MAX_LINE_LENGTH);
}

/** fetch says only "fetch failed"; its cause says why. A refusal over HTTP has a status. */
function rootMessage(error: Error): string {
  if ("status" in error && typeof error.status === "number") return `HTTP status ${error.status}: ${error.message}`;
  const inner = error.cause instanceof Error ? error.cause : undefined;
  if (inner === undefined) return error.message;
  const said = rootMessage(inner) || ("code" in inner ? String(inner.code) : "");
  return error.message.includes(said) ? error.message : `${error.message} (${said})`;
}

function lastWords({ witness, server }: Case): string {
  const lines = tail(hide(witness?.stderr() ?? "", server.hidden));
  return lines.length === 0 ? "" : `\nits last words on stderr:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

function tail(text: string): readonly string[] {
  const lines = plain(text)
    .split("\n")
    .map((line) => line.trimEnd());
  return lines
    .filter((line) => line !== "")
    .slice(-MAX_LINES)
    .map((line) => line.slice(0, MAX_LINE_LENGTH));
}

/** Without colours and everything else that moves a terminal. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, "\n")
    .replace(/(?![\n\t])\p{Cc}|[\u202A-\u202E\u2066-\u2069]/gu, "");
}

/** Longest first, so that a secret that contains another is hidden as a whole. */
function hide(text: string, hidden: readonly string[]): string {
  const sorted = [...hidden].sort((a, b) => b.length - a.length);
  return redactText(
    sorted.reduce((left, secret) => left.replaceAll(secret, "(hidden)"), text),
    () => "hidden",
  );
}

function hintFor({ server, stage }: Case): string {
  if (server.transport !== "stdio") return "check the address and the headers, and whether the server is running";
  return stage === "start" ? "check the command" : "run the command yourself to see what it needs";
}
