import { AtkError } from "../core/errors.ts";
import type { Inputs } from "./inputs.ts";

/** The inputs as if these plugins had never been locked. @throws AtkError E_PLUGIN_NOT_FOUND */
export function unlock(inputs: Inputs, names: readonly string[]): Inputs {
  const unknown = names.find((name) => !inputs.manifest.plugins.some((entry) => entry.name === name));
  if (unknown !== undefined) throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no plugin ${JSON.stringify(unknown)} in the manifest`);
  const kept = Object.entries(inputs.lock.plugins).filter(([name]) => !names.includes(name));
  return { ...inputs, lock: { ...inputs.lock, plugins: Object.fromEntries(kept) } };
}
