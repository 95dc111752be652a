import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { callKeychain, checkKeychain, secretToolWords } from "./keychain-tool.ts";
import { describeReference, type KeychainReference } from "./reference.ts";
import { valueFromInput } from "./value.ts";

/**
 * The value of an entry in the system's keychain, without one line ending at its end: the login keychain on macOS (`security`), the
 * secret service on Linux (`secret-tool`).
 * @throws AtkError E_ENV when there is no such entry, it cannot be opened, or on Windows; E_PROGRAM without the program.
 */
export async function readKeychain(reference: KeychainReference, host: Host): Promise<string> {
  checkKeychain(reference, host);
  return host.machine.platform === "macos" ? readMacos(reference, host) : readLinux(reference, host);
}

async function readLinux(reference: KeychainReference, host: Host): Promise<string> {
  const args = ["lookup", ...secretToolWords(reference)];
  const { exitCode, stdout, stderr } = await callKeychain({ command: "secret-tool", args }, host);
  // It ends with 1 and says nothing where there is no such entry. (libsecret, tool/secret-tool.c)
  if (exitCode !== 0) throw unreadable(reference, stderr.trim() || "there is no such entry");
  return valueFromInput(stdout);
}

async function readMacos(reference: KeychainReference, host: Host): Promise<string> {
  const { keychain, account } = reference;
  const args = ["find-generic-password", "-s", keychain, ...(account === undefined ? [] : ["-a", account])];
  const { exitCode, stdout, stderr } = await callKeychain({ command: "security", args: [...args, "-w"] }, host);
  if (exitCode !== 0) throw unreadable(reference, stderr.trim() || `exit code ${exitCode}`);
  const printed = valueFromInput(stdout);
  return /^(?:[0-9a-fA-F]{2})+$/.test(printed) ? asStored(printed, args, host) : printed;
}

/**
 * With -w a value that has anything but printable ASCII in it comes as hex, and looks like a value that is hex. With -g it comes on
 * stderr, in quotes or as 0x... (open-source-cooperative/keyring-rs#6, fastlane-community/security#2)
 */
async function asStored(printed: string, args: readonly string[], host: Host): Promise<string> {
  const { stderr } = await callKeychain({ command: "security", args: [...args, "-g"] }, host);
  const hex = /^password: 0x([0-9A-Fa-f]+)/m.exec(stderr)?.[1];
  return hex === undefined ? printed : valueFromInput(Buffer.from(hex, "hex").toString("utf8"));
}

function unreadable(reference: KeychainReference, reason: string): AtkError {
  const last = reason.split(/\r?\n/).slice(-3).join(" | ");
  return new AtkError("E_ENV", `cannot read ${describeReference(reference)}: ${last}`, {
    hint: `store it in the keychain as service ${reference.keychain}`,
  });
}
