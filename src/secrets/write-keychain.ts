import { AtkError } from "../core/errors.ts";
import type { Host, RunResult } from "../core/host.ts";
import { callKeychain, checkKeychain, secretToolWords } from "./keychain-tool.ts";
import { readKeychain } from "./keychain.ts";
import { describeReference, type KeychainReference } from "./reference.ts";

/**
 * Puts a value into the system's keychain, in place of one that is there, and reads it back to be sure. It goes through standard
 * input, so it is in no list of processes.
 * @throws AtkError E_ENV when it cannot be stored or is too large (1,800 bytes on macOS, 8,191 on Linux), and on Windows; E_PROGRAM.
 */
export async function writeKeychain(reference: KeychainReference, value: string, host: Host): Promise<void> {
  checkKeychain(reference, host);
  const isMacos = host.machine.platform === "macos";
  const fault = faultOf(value, isMacos ? MAX_MACOS_BYTES : MAX_LINUX_BYTES);
  if (fault !== undefined) throw unwritable(reference, fault);
  const { exitCode } = await (isMacos ? writeMacos : writeLinux)(reference, value, host);
  // The programs' own words are not told: security repeats what it did not understand, and that may be the value.
  if (exitCode !== 0) throw unwritable(reference, `the keychain refused it (exit code ${exitCode})`);
  if ((await readKeychain(reference, host).catch(() => undefined)) !== value)
    throw unwritable(reference, "the keychain gives back something else than was put in");
}

/** `security -i` cuts lines at 4096 bytes and carries out the half. (uwuclxdy/clauth#76) Half of the rest is what hex leaves. */
const MAX_MACOS_BYTES = 1_800;

/** secret-tool cuts a value of 8192 bytes and more, and says that all is well. (libsecret, tool/secret-tool.c, read_password_stdin) */
const MAX_LINUX_BYTES = 8_191;

function faultOf(value: string, maxBytes: number): string | undefined {
  if (value === "") return "the value is empty";
  if (/[\r\n]$/.test(value)) return "the value ends with a line ending, which reading takes off";
  const sizeBytes = Buffer.byteLength(value);
  return sizeBytes > maxBytes ? `the value has ${sizeBytes} bytes, the most is ${maxBytes}` : undefined;
}

/** Of entries that have none; macOS wants one. */
const OWN_ACCOUNT = "atk";

function writeMacos({ keychain, account }: KeychainReference, value: string, host: Host): Promise<RunResult> {
  const words = `-s ${quoted(keychain)} -a ${quoted(account ?? OWN_ACCOUNT)} -X ${Buffer.from(value).toString("hex")}`;
  return callKeychain({ command: "security", args: ["-i"], input: `add-generic-password -U ${words}\n` }, host);
}

/** As `security -i` takes its words apart: in double quotes \ escapes \ and ". (GSA-TTS/agentic-coding-quickstart#436, tried there) */
const quoted = (word: string) => `"${word.replaceAll(/[\\"]/g, "\\$&")}"`;

function writeLinux(reference: KeychainReference, value: string, host: Host): Promise<RunResult> {
  const args = ["store", `--label=${reference.keychain}`, ...secretToolWords(reference)];
  return callKeychain({ command: "secret-tool", args, input: value }, host);
}

function unwritable(reference: KeychainReference, reason: string): AtkError {
  return new AtkError("E_ENV", `cannot store ${describeReference(reference)}: ${reason}`, {
    hint: "keep the value in secrets.yaml instead",
  });
}
