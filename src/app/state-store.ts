import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Files, ReadFiles } from "../core/host.ts";
import { isObject, type Json } from "../core/json.ts";
import { EMPTY_STATE, type State } from "../core/state.ts";
import type { Workspace } from "./workspace.ts";

export function stateFile(workspace: Workspace): string {
  return join(workspace.stateDirectory, "state.json");
}

/**
 * What atk has written on this machine for this manifest; empty when it never did.
 * @throws AtkError E_FILE when the file is there and is not a state this version knows.
 */
export async function readState(files: ReadFiles, workspace: Workspace): Promise<State> {
  const path = stateFile(workspace);
  const bytes = await files.read(path);
  if (bytes === undefined) return EMPTY_STATE;
  const data = parse(new TextDecoder().decode(bytes), path);
  if (isObject(data) && data["version"] === 1 && isObject(data["resources"])) return data as unknown as State;
  throw new AtkError("E_FILE", `${path} is not a state that this version of atk can read`, {
    at: { file: path },
    hint: "use the newer atk that wrote it, or move the file away: equal entries are adopted again",
  });
}

function parse(text: string, path: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new AtkError("E_FILE", `the state in ${path} is damaged`, {
      at: { file: path },
      hint: "move the file away and run atk plan: equal entries are adopted again",
      cause,
    });
  }
}

export function printState(state: State): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(state)}\n`);
}

/** Puts another state in the place of the one that is there, all of it or nothing. Called with the home locked. */
export async function replaceState(state: State, files: Files, workspace: Workspace): Promise<void> {
  const path = stateFile(workspace);
  const beside = `${path}.new`;
  await files.unlink(beside).catch(() => undefined);
  await files.create(beside, printState(state), 0o600);
  await files.rename(beside, path);
}
