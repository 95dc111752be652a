import { join } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Machine, ReadHost } from "../core/host.ts";

/** The secret key of this machine. A function, so that no log and no error shows it by accident. */
export interface Identity {
  /** Where it is kept: a path, or the keychain. */
  readonly place: string;
  /** `AGE-SECRET-KEY-1...` */
  readonly secretKey: () => string;
}

/** Where the identity of a machine is: $XDG_CONFIG_HOME/atk/identity.txt, ~/.config/atk/identity.txt; on Windows %APPDATA%\atk\identity.txt. */
export function identityFile({ platform, env, homeDirectory }: Machine): string {
  const roaming = platform === "windows" ? env["APPDATA"] : undefined;
  const base = roaming || env["XDG_CONFIG_HOME"] || join(homeDirectory, ".config");
  return join(base, "atk", "identity.txt");
}

/**
 * The identity of this machine; undefined when it has none yet. The file is one that age-keygen could have written.
 * @throws AtkError E_FILE when others can read it, when it does not hold just one identity, and for faults of the system. Its content
 * is never shown.
 */
export async function readIdentity(host: ReadHost): Promise<Identity | undefined> {
  const file = identityFile(host.machine);
  const bytes = await host.files.read(file);
  if (bytes === undefined) return undefined;
  await refuseOpenToOthers(file, host);
  const secretKey = keyIn(new TextDecoder().decode(bytes), file);
  return { place: file, secretKey: () => secretKey };
}

/** Like ssh with its keys. Windows has no such bits; there the folder belongs to the user. */
async function refuseOpenToOthers(file: string, { files, machine }: ReadHost): Promise<void> {
  if (machine.platform === "windows") return;
  const stat = await files.stat((await files.realPath(file)) ?? file);
  if (stat === undefined || (stat.mode & 0o077) === 0) return;
  const mode = `0${stat.mode.toString(8)}`;
  throw new AtkError("E_FILE", `the identity ${file} is open to other users (its mode is ${mode}); it is not used`, {
    at: { file },
    hint: `chmod 600 ${file}`,
  });
}

const SECRET_KEY = /^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/;

function keyIn(text: string, file: string): string {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const found = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  const [key] = found;
  if (key !== undefined && found.length === 1 && SECRET_KEY.test(key)) return key;
  const reason = found.length > 1 ? "it holds more than one line besides comments" : faultOf(key);
  throw new AtkError("E_FILE", `cannot use the identity ${file}: ${reason}`, {
    at: { file },
    hint: `take it from a backup; or move it away, and this machine gets a new one: mv ${file} ${file}.old`,
  });
}

function faultOf(key: string | undefined): string {
  if (key === undefined) return "it holds no key";
  if (key.startsWith("AGE-SECRET-KEY-PQ-")) return "its key is of a kind atk does not use (post-quantum)";
  if (key.startsWith("-----BEGIN")) return "it is an SSH key or an encrypted file, not an age identity";
  return "its line is not AGE-SECRET-KEY-1 and 58 characters";
}
