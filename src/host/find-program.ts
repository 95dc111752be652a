import { constants, accessSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Machine } from "../core/host.ts";

/** Absolute path of a program, found as the system would: a path as it is, a name on PATH. Starts nothing. */
export function findProgram(program: string, machine: Machine): string | undefined {
  if (program === "") return undefined;
  const endings = machine.platform === "windows" ? windowsEndings(program, machine) : [""];
  for (const directory of directoriesFor(program, machine)) {
    for (const ending of endings) {
      const candidate = join(directory, program + ending);
      if (isExecutable(candidate)) return candidate;
    }
  }
  return undefined;
}

function directoriesFor(program: string, machine: Machine): readonly string[] {
  if (/[/\\]/.test(program)) return [resolve(program) === program ? "" : machine.workingDirectory];
  const listed = variable(machine, "PATH").split(delimiter);
  // An empty entry means the working directory (POSIX, Environment Variables).
  return listed.map((entry) => resolve(machine.workingDirectory, entry));
}

/** Windows takes the endings in the order of PATHEXT, and none at all when the name has one of them already. */
function windowsEndings(program: string, machine: Machine): readonly string[] {
  const known = (variable(machine, "PATHEXT") || ".COM;.EXE;.BAT;.CMD").split(";").filter((ending) => ending !== "");
  const hasEnding = known.some((ending) => program.toLowerCase().endsWith(ending.toLowerCase()));
  return hasEnding ? [""] : known;
}

/** Windows has `Path` as often as `PATH`: names of variables have no case there. */
function variable({ env, platform }: Machine, name: string): string {
  if (platform !== "windows") return env[name] ?? "";
  const key = Object.keys(env).find((each) => each.toUpperCase() === name);
  return (key === undefined ? undefined : env[key]) ?? "";
}

function isExecutable(path: string): boolean {
  try {
    if (!statSync(path).isFile()) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
