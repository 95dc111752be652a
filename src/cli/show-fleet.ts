import type { Fleet, FleetMachine } from "../app/machines/fleet.ts";
import type { Distance } from "../git/shared/compare-commits.ts";
import { table } from "./table.ts";

/** One line for each machine, and below what somebody has to look at. */
export function showFleet({ machines, here }: Fleet): string {
  if (machines.length === 0) return "No machine has told anything yet: atk sync does.";
  const rows = machines.map((machine) => {
    const { record, isThis } = machine;
    return [
      isThis ? `${record.name} *` : record.name,
      seen(machine),
      record.atk,
      lockText(machine),
      count(record.drifted.length),
      count(record.pending.length),
      failed(machine),
      services(machine),
    ];
  });
  const isKnown = machines.some(({ isThis }) => isThis);
  return [
    table(["MACHINE", "SEEN", "ATK", "MANIFEST", "DRIFTED", "PENDING", "FAILED", "SERVICES"], rows),
    ...machines.flatMap(details),
    ...(isKnown ? [] : ["", `This machine (${here}) has told nothing yet: atk sync does.`]),
  ].join("\n");
}

/** As documented for --json. */
export function fleetJson({ fetched, here, machines }: Fleet): unknown {
  return {
    fetched: fetched.isFresh,
    ...(fetched.problem === undefined ? {} : { problem: fetched.problem }),
    here,
    machines: machines.map(({ record, isThis, seenAgoMs, manifest, hasSameLock }) => {
      const { version: _version, ...told } = record;
      const seenSeconds = seenAgoMs === undefined ? null : Math.round(seenAgoMs / 1000);
      return { ...told, this: isThis, seen_seconds_ago: seenSeconds, manifest, same_lock: hasSameLock };
    }),
  };
}

function count(number: number): string {
  return number === 0 ? "-" : String(number);
}

const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

function seen({ seenAgoMs, record }: FleetMachine): string {
  if (seenAgoMs === undefined) return `${record.at.slice(0, 16).replace("T", " ")} (clock?)`;
  if (seenAgoMs < 2 * MINUTE_MS) return "just now";
  if (seenAgoMs < 2 * HOUR_MS) return `${Math.floor(seenAgoMs / MINUTE_MS)} minutes ago`;
  if (seenAgoMs < 2 * DAY_MS) return `${Math.floor(seenAgoMs / HOUR_MS)} hours ago`;
  return `${Math.floor(seenAgoMs / DAY_MS)} days ago`;
}

function lockText({ manifest, record, hasSameLock }: FleetMachine): string {
  const text = distanceText(manifest);
  const isOther = manifest.state === "same" && !hasSameLock && record.edited !== true;
  return `${text}${record.edited === true ? ", edited" : isOther ? ", another lock" : ""}`;
}

function distanceText(distance: Distance): string {
  switch (distance.state) {
    case "same":
      return "current";
    case "behind":
    case "ahead":
      return `${distance.state} by ${distance.commits}`;
    case "diverged":
      return `behind by ${distance.behind}, ahead by ${distance.ahead}`;
    case "unknown":
      return "unknown";
  }
}

function failed({ record: { blocked, error } }: FleetMachine): string {
  const parts = [
    ...(blocked.length === 0 ? [] : [`${blocked.length} blocked`]),
    ...(error === undefined ? [] : [error.code]),
  ];
  return parts.join(", ") || "-";
}

const WELL: ReadonlySet<string> = new Set(["running", "stopped", "starting"]);

function services({ record }: FleetMachine): string {
  const bad = record.services.filter(({ state }) => !WELL.has(state));
  if (bad.length > 0) return bad.map(({ plugin, state }) => `${plugin} ${state}`).join(", ");
  return record.services.length === 0 ? "-" : "ok";
}

function details({ record }: FleetMachine): readonly string[] {
  const lines = [
    ...record.drifted.map((address) => `  drifted  ${address}`),
    ...record.blocked.map((address) => `  blocked  ${address}`),
  ];
  return lines.length === 0
    ? []
    : [
        "",
        table(
          [record.name],
          lines.map((line) => [line]),
        ),
      ];
}
