import { AtkError } from "../../core/errors.ts";
import type { Server } from "../../core/server.ts";
import type { Remark } from "../../kinds/scene.ts";
import type { Pin } from "../../manifest/lock.ts";
import type { Policy } from "../../manifest/manifest.ts";
import { exactWords } from "../../pins/exact-words.ts";
import { programStanding, type ProgramStanding } from "./program-standing.ts";

export interface Program {
  readonly owner: string;
  /** As they are written: `npx`, `-y`, ... Undefined for a server that is reached by URL. */
  readonly words: readonly string[] | undefined;
  readonly pin: Pin | undefined;
  readonly isPending: boolean;
}

export interface WiredProgram {
  /** The server with the exact version in its command. */
  readonly server: Server;
  /** It can be started from this machine's store. */
  readonly fromStore: boolean;
  readonly notices: readonly Remark[];
}

/** A server as clients are told to start it, now that it is known what exactly it runs. @throws AtkError E_POLICY when that is not known and the policy asks for it */
export function wireProgram(server: Server, program: Program, policy: Policy): WiredProgram {
  const { owner, words = [], pin, isPending } = program;
  const standing = programStanding(words, pin, isPending);
  if (standing.state === "pinned")
    return { server: exactServer(server, standing), fromStore: standing.pin.type === "npm", notices: [] };
  const plain = { server, fromStore: false };
  if (standing.state === "own" || policy.unpinned === "allow") return { ...plain, notices: [] };
  if (standing.state === "pending")
    return { ...plain, notices: [{ owner, message: `${server.id}: unpinned until it is applied` }] };
  refuseUnpinned(server.id, standing, owner, policy);
  const hint = standing.isLasting === true ? NAME_ONE : `atk lock ${owner}`;
  return { ...plain, notices: [{ owner, message: `${server.id}: unpinned: ${standing.reason}`, hint }] };
}

const NAME_ONE = "name one package and its version in the command, as in: npx -y PACKAGE@VERSION";

/** @throws AtkError E_POLICY */
export function refuseUnpinned(
  id: string,
  { reason, isLasting }: Extract<ProgramStanding, { state: "unpinned" }>,
  owner: string,
  { unpinned }: Policy,
): void {
  if (unpinned !== "deny") return;
  throw new AtkError("E_POLICY", `${id} is unpinned, which policy.unpinned does not allow: ${reason}`, {
    hint: isLasting === true ? NAME_ONE : `atk lock ${owner}, or name an exact version in its command`,
  });
}

/** What is not started by a command stays as it is. */
export function exactServer(server: Server, { fetched, pin }: Extract<ProgramStanding, { state: "pinned" }>): Server {
  if (server.transport !== "stdio") return server;
  const [command = "", ...args] = exactWords([server.command, ...server.args], fetched, pin);
  return { ...server, command, args };
}
