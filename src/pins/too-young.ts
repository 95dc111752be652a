import { AtkError } from "../core/errors.ts";

const DAY_MS = 86_400_000;

/** What policy.minimum_release_age forbids: left unpinned it would run the newest version, which is the very thing that was not wanted. */
export function tooYoung(what: string, minimumReleaseAgeMs: number): AtkError {
  const days = Math.round(minimumReleaseAgeMs / DAY_MS);
  const age = days >= 1 ? `${days} day${days === 1 ? "" : "s"}` : `${Math.round(minimumReleaseAgeMs / 60_000)} min`;
  return new AtkError("E_POLICY", `${what}, and minimum_release_age is ${age}`, {
    hint: "name an older version, or change policy.minimum_release_age in the manifest",
  });
}

/** The same where no version, of the package or of what it depends on, is old enough. */
export function noneOldEnough(name: string, range: string, minimumReleaseAgeMs: number): AtkError {
  return tooYoung(`no version of ${name}${range} and of what it depends on is old enough`, minimumReleaseAgeMs);
}
