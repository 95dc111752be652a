import { homedir, hostname, userInfo } from "node:os";
import { AtkError } from "../core/errors.ts";
import type { Host, Machine, Platform } from "../core/host.ts";
import { nodeFiles } from "./node-files.ts";
import { nodePrograms } from "./node-programs.ts";
import { signatureOf } from "./signature.ts";

/** The real machine. What `overrides` names takes the place of the fact. @throws AtkError E_FILE when the working directory is gone. */
export function createNodeHost(overrides: Partial<Machine> = {}): Host {
  const machine: Machine = {
    platform: overrides.platform ?? platformOf(process.platform),
    arch: overrides.arch ?? process.arch,
    hostname: overrides.hostname ?? hostname(),
    homeDirectory: overrides.homeDirectory ?? homeOf(),
    workingDirectory: overrides.workingDirectory ?? workingDirectory(),
    env: overrides.env ?? process.env,
  };
  return {
    files: nodeFiles(),
    programs: nodePrograms(machine),
    machine,
    now: () => new Date(),
    signature: signatureOf,
  };
}

/** Every other Unix is near enough to Linux: the same paths, the same permissions. */
function platformOf(name: NodeJS.Platform): Platform {
  if (name === "win32") return "windows";
  return name === "darwin" ? "macos" : "linux";
}

/** $HOME, or what the user database says when it is empty. */
function homeOf(): string {
  return homedir() || userInfo().homedir;
}

function workingDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new AtkError("E_FILE", "the working directory does not exist any more", {
      hint: "cd to another directory",
      cause,
    });
  }
}
