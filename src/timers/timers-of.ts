import type { Manifest, When } from "../manifest/manifest.ts";

/** Something that atk does by the clock, as the manifest says. */
export interface Timer {
  /** `sync` or `backup-NAME`. */
  readonly id: string;
  /** Name of the entry it comes from. */
  readonly owner: string;
  /** As the manifest writes it. */
  readonly schedule: string;
  /** Arguments of atk. */
  readonly words: readonly string[];
}

/** The timers of a manifest where these conditions hold, sync first and backups by name. */
export function timersOf(
  { sync, backups }: Pick<Manifest, "sync" | "backups">,
  active: (when: When | undefined) => boolean,
): readonly Timer[] {
  const syncs =
    sync?.schedule === undefined || !active(sync.when)
      ? []
      : [{ id: "sync", owner: "sync", schedule: sync.schedule, words: ["sync", "--yes"] }];
  const kept = backups
    .filter(({ enabled, when }) => enabled && active(when))
    .flatMap(({ name, schedule }) =>
      schedule === undefined
        ? []
        : [{ id: `backup-${name}`, owner: name, schedule, words: ["backup", "create", name, "--scheduled"] }],
    );
  return [...syncs, ...kept.sort((a, b) => (a.id < b.id ? -1 : 1))];
}
