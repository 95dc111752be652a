import type { ManifestValue } from "./manifest.ts";

export type KeptValue = Exclude<ManifestValue, string>;

/** Where a value is kept that only atk can look up; undefined for clear text and for variables of the environment. */
export function keptBy(value: ManifestValue | undefined): KeptValue | undefined {
  return value === undefined || typeof value === "string" || "env" in value ? undefined : value;
}

/** Whether any of the values is kept where only atk can look it up. */
export function hasKept(values: Readonly<Record<string, ManifestValue>>): boolean {
  return Object.values(values).some((value) => keptBy(value) !== undefined);
}
