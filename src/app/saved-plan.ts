import { resolve } from "node:path";
import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { isObject, type Json } from "../core/json.ts";
import type { Plan } from "../core/plan.ts";

/** Writes the plan as JSON, for reading, reviewing and `atk apply FILE`. Holds digests and redacted views only. */
export async function savePlan(file: string, plan: Plan, { files, machine }: Host): Promise<void> {
  const path = resolve(machine.workingDirectory, file);
  const beside = `${path}.${plan.inputs.manifest.slice(7, 19)}.new`;
  await files.unlink(beside).catch(() => undefined);
  await files.create(beside, new TextEncoder().encode(`${JSON.stringify(plan, undefined, 2)}\n`), 0o600);
  await files.rename(beside, path);
}

/** @throws AtkError E_USAGE when the file is no plan of this version. */
export async function loadPlan(file: string, { files, machine }: Host): Promise<Plan> {
  const path = resolve(machine.workingDirectory, file);
  const bytes = await files.read(path);
  if (bytes === undefined) throw new AtkError("E_USAGE", `there is no plan at ${path}`, { at: { file: path } });
  const data = parse(new TextDecoder().decode(bytes));
  if (isObject(data) && data["format_version"] === "1.0" && Array.isArray(data["changes"]))
    return data as unknown as Plan;
  throw new AtkError("E_USAGE", `${path} is not a plan that this version of atk saved`, {
    at: { file: path },
    hint: "atk plan --out FILE",
  });
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Whether a word on the command line means a saved plan and not the name of an entry: the file is there and holds one. */
export async function isPlanFile(word: string, { files, machine }: Host): Promise<boolean> {
  if (!/[./\\]/.test(word)) return false;
  const path = resolve(machine.workingDirectory, word);
  const isFile = (await files.stat(path))?.type === "file";
  if (!isFile) return /\.(json|plan)$/.test(word);
  const data = parse(new TextDecoder().decode((await files.read(path)) ?? new Uint8Array()));
  return isObject(data) && data["format_version"] !== undefined;
}
