import { basename } from "node:path";
import type { Machine } from "../../core/host.ts";

/**
 * Environment for git on the network without a person: no question on the terminal, in a window, or from ssh.
 * `sshCommand`: the user's core.sshCommand. A command that is no OpenSSH is left as it is, its options are not known.
 */
export function quietNetwork(machine: Machine, sshCommand?: string): Record<string, string> {
  const quiet = {
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS_REQUIRE: "never",
    GCM_INTERACTIVE: "never",
  };
  const command = machine.env["GIT_SSH_COMMAND"] || sshCommand || (machine.env["GIT_SSH"] ? undefined : "ssh");
  if (command === undefined || !isOpenSsh(command)) return quiet;
  return { ...quiet, GIT_SSH_COMMAND: `${command} -o BatchMode=yes` };
}

function isOpenSsh(command: string): boolean {
  const program = /^"([^"]+)"|^'([^']+)'|^(\S+)/.exec(command.trim());
  const name = basename((program?.[1] ?? program?.[2] ?? program?.[3] ?? "").replaceAll("\\", "/"));
  return name === "ssh" || name === "ssh.exe";
}
