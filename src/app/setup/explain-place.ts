import type { Place as FilePlace } from "../../core/errors.ts";
import { mask } from "../../core/mask.ts";
import type { Place, PlacedBinding, PluginEnvironment } from "../../manifest/plugin-environment.ts";
import type { Context } from "../context.ts";
import { describeKept } from "./describe-kept.ts";

/** A place that has a value for a variable. May be shown: no secret is in it. */
export interface ExplainedPlace {
  readonly place: Place;
  /** Masked when it is secret; null: not looked up, or not there. */
  readonly value: string | null;
  /** Where the manifest keeps it: "the secret NAME". */
  readonly kept?: string;
  /** What is kept there cannot be had now. */
  readonly isAbsent?: true;
  readonly at?: FilePlace;
}

export interface ExplainedName {
  readonly name: string;
  readonly isSecret: boolean;
  readonly environment: PluginEnvironment;
  /** Where it stands in .env. */
  readonly at: FilePlace | undefined;
}

export async function explainPlace(
  { place, binding }: PlacedBinding,
  about: ExplainedName,
  context: Context,
): Promise<ExplainedPlace> {
  const { name, isSecret, environment, at } = about;
  const { layers, manifestEnv } = environment;
  const clear = binding.kind === "clear" && !isSecret ? binding.value : undefined;
  switch (place) {
    case ".env":
      return { place, value: clear ?? mask(environment.dotenv[name] ?? ""), ...(at === undefined ? {} : { at }) };
    case "machine":
      return { place, ...(clear === undefined ? await inManifest(about, layers?.machine, context) : { value: clear }) };
    case "manifest":
      return {
        place,
        ...(clear === undefined ? await inManifest(about, layers?.written ?? manifestEnv, context) : { value: clear }),
      };
    case "default":
      return { place, value: clear ?? (binding.kind === "clear" ? mask(binding.value) : null) };
    case "process":
      return { place, value: inherited(about, context) };
  }
}

/** What is kept elsewhere is not looked up for showing: a password manager may want a finger for it. */
async function inManifest(
  { name }: ExplainedName,
  written: PluginEnvironment["manifestEnv"] = {},
  context: Context,
): Promise<Pick<ExplainedPlace, "value" | "kept" | "isAbsent">> {
  const value = written[name];
  if (value === undefined) return { value: null };
  if (typeof value === "string") return { value: mask(value) };
  const { what, isThere } = await describeKept(value, context);
  const found = "env" in value ? context.host.machine.env[value.env] : undefined;
  return { value: found ? mask(found) : null, kept: what, ...(isThere ? {} : { isAbsent: true }) };
}

function inherited({ name, isSecret }: ExplainedName, { host }: Context): string | null {
  const value = host.machine.env[name];
  if (value === undefined) return null;
  return isSecret ? mask(value) : value;
}
