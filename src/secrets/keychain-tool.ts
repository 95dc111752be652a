import { AtkError } from "../core/errors.ts";
import type { Host, RunResult } from "../core/host.ts";
import type { KeychainReference } from "./reference.ts";

/** The system may ask a person to unlock it. */
const TIMEOUT_MS = 120_000;

export interface KeychainCall {
  readonly command: "security" | "secret-tool";
  readonly args: readonly string[];
  readonly input?: string;
}

/** Runs the system's program for its keychain. @throws AtkError E_PROGRAM when it is not installed; E_ENV when it does not end. */
export async function callKeychain(call: KeychainCall, host: Host): Promise<RunResult> {
  const result = await host.programs.run({ ...call, timeoutMs: TIMEOUT_MS });
  if (result.timedOut)
    throw new AtkError("E_ENV", `the keychain did not answer within ${TIMEOUT_MS / 1000} s (${call.command})`, {
      hint: "unlock the keychain, then run the same command again",
    });
  if (result.exitCode !== 127) return result;
  throw new AtkError("E_PROGRAM", `cannot ask the keychain: there is no program ${call.command}`, {
    hint:
      call.command === "secret-tool" ? "install it: apt install libsecret-tools" : "look at PATH: /usr/bin/security",
  });
}

/**
 * The words must be neither an option of the programs nor a second line for `security -i`.
 * @throws AtkError E_NAME for such words; E_ENV on Windows, whose credential store no program can read.
 */
export function checkKeychain({ keychain, account }: KeychainReference, host: Host): void {
  if (host.machine.platform === "windows") {
    throw new AtkError("E_ENV", `cannot use the keychain entry ${keychain}: atk has no keychain on Windows`, {
      hint: "keep the value in secrets.yaml instead",
    });
  }
  for (const word of [keychain, account ?? "atk"]) {
    if (/^[^-\p{Cc}\p{Surrogate}][^\p{Cc}\p{Surrogate}]{0,199}$/u.test(word)) continue;
    throw new AtkError("E_NAME", `${JSON.stringify(word)} cannot be the service or account of a keychain entry`, {
      hint: "at most 200 characters on one line, not beginning with -",
    });
  }
}

export function secretToolWords({ keychain, account }: KeychainReference): readonly string[] {
  return ["service", keychain, ...(account === undefined ? [] : ["account", account])];
}
