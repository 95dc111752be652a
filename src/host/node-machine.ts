import * as nodeFs from "node:fs";
import { homedir, hostname, userInfo } from "node:os";
import { AtkError } from "../core/errors.ts";
import type { Machine, Platform, ReadHost } from "../core/host.ts";
import { readHalf } from "./node-read-files.ts";

/** The facts of the real machine. What `overrides` names takes the place of the fact. @throws AtkError E_FILE when the working directory is gone. */
export function nodeMachine(overrides: Partial<Machine> = {}): Machine {
  return {
    platform: overrides.platform ?? platformOf(process.platform),
    arch: overrides.arch ?? process.arch,
    hostname: overrides.hostname ?? hostname(),
    homeDirectory: overrides.homeDirectory ?? homeOf(),
    workingDirectory: overrides.workingDirectory ?? workingDirectory(),
    env: overrides.env ?? process.env,
  };
}

/** The real machine for reading only: what is needed to write and to start programs is not loaded. @throws AtkError E_FILE, as above. */
export function createNodeReadHost(): ReadHost {
  return { files: readHalf(nodeFs), machine: nodeMachine() };
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
