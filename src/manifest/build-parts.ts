import type * as raw from "./generated/manifest.generated.js";
import type { ManifestValue, When } from "./manifest.ts";

/** The schema has seen to it that exactly one place is named. */
export function value(written: raw.Value): ManifestValue {
  if (typeof written === "string") return written;
  const { timeout_seconds: seconds, ...reference } = written;
  const limit = seconds === undefined ? {} : { timeoutMs: seconds * 1_000 };
  return { ...reference, ...limit } as Exclude<ManifestValue, string>;
}

export function conditions({ os, arch, host, tags, machine }: raw.When): When {
  return {
    ...(os === undefined ? {} : { os: [os].flat() }),
    ...(arch === undefined ? {} : { arch: [arch].flat() }),
    ...(host === undefined ? {} : { host: [host].flat() }),
    ...(tags === undefined ? {} : { tags: [tags].flat() }),
    ...(machine === undefined ? {} : { machine: [machine].flat() }),
  };
}

export function mapValues<From, To>(
  map: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
