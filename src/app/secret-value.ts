import { resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import { isSecretName } from "../secrets/names.ts";
import { checkValue, valueFromInput } from "../secrets/value.ts";
import type { Context } from "./context.ts";
import { expandTilde } from "./workspace.ts";

/** Where a new value comes from; never from the command line itself. */
export type ValueSource =
  /** Asked of a person, or piped in. */
  | { readonly from: "input"; read(): Promise<string | Uint8Array> }
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "env"; readonly name: string };

/**
 * The name of a secret that is about to be set. The word is not repeated: who mistyped may have given the value here.
 * @throws AtkError E_NAME
 */
export function refuseBadName(name: string): void {
  if (isSecretName(name)) return;
  throw new AtkError(
    "E_NAME",
    "that cannot be the name of a secret: expected a letter or _, then letters, digits, _, . and -, at most 128 characters, not true, false or null",
    { hint: "atk secret set NAME, which then asks for the value" },
  );
}

/**
 * The value, checked. Of piped input and of files one line ending at the end is taken off.
 * @throws AtkError E_ENV when it is empty, too large, not text, or not there; E_USAGE for a file that is not there
 */
export async function takeValue(source: ValueSource, name: string, context: Context): Promise<string> {
  const value = await valueOf(source, name, context);
  checkValue(value, name);
  return value;
}

async function valueOf(source: ValueSource, name: string, { host }: Context): Promise<string> {
  if (source.from === "env") {
    const value = host.machine.env[source.name];
    if (value === undefined)
      throw new AtkError("E_ENV", `cannot set ${name}: the environment has no variable of the name given`, {
        hint: `atk secret set ${name}`,
      });
    return value;
  }
  if (source.from === "file") return valueFromInput(textOf(await bytesOf(source.path, host), name));
  const given = await source.read();
  return typeof given === "string" ? given : valueFromInput(textOf(given, name));
}

async function bytesOf(given: string, { files, machine }: Context["host"]): Promise<Uint8Array> {
  const path = resolve(machine.workingDirectory, expandTilde(given, machine));
  const bytes = await files.read(path);
  if (bytes !== undefined) return bytes;
  throw new AtkError("E_USAGE", `there is no file ${path}`, { at: { file: path }, hint: "atk secret set --help" });
}

function textOf(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AtkError("E_ENV", `cannot keep the value of ${name}: it is not text (UTF-8)`, {
      hint: `encode it first, e.g. base64 FILE | atk secret set ${name}`,
    });
  }
}
