import type { NamedMachine } from "./for-machine.ts";
import type { Manifest, When } from "./manifest.ts";
import { isSame, type MachineFacts } from "./match-when.ts";

/** What is known of a machine that may have told nothing. */
export type KnownMachine = Pick<NamedMachine, "name" | "tags"> &
  Partial<Pick<NamedMachine, "platform" | "arch" | "hostname">>;

const PLATFORM_OF = { linux: "linux", darwin: "macos", windows: "windows" } as const;

/** What the entry of `machines` with a machine's name tells of it: conditions that leave one answer only. */
export function knownFromManifest(name: string, { machines }: Manifest): KnownMachine {
  const match = machines.find((entry) => isSame(entry.name, name))?.match ?? {};
  const [os, arch, host] = [only(match.os), only(match.arch), only(match.host)];
  return {
    name,
    tags: [],
    ...(os === undefined ? {} : { platform: PLATFORM_OF[os] }),
    ...(arch === undefined ? {} : { arch }),
    ...(host === undefined || host.includes("*") ? {} : { hostname: host }),
  };
}

function only<T>(list: readonly T[] | undefined): T | undefined {
  return list?.length === 1 ? list[0] : undefined;
}

/**
 * Every machine that it could be as far as the manifest can tell them apart: one for each combination of what is not known. At
 * least one.
 */
export function worldsOf(known: KnownMachine, manifest: Manifest): readonly NamedMachine[] {
  const conditions = conditionsIn(manifest);
  const platforms: readonly MachineFacts["platform"][] =
    known.platform === undefined ? ["linux", "macos", "windows"] : [known.platform];
  const arches = known.arch === undefined ? answers(conditions.flatMap(({ arch = [] }) => arch)) : [known.arch];
  const hosts =
    known.hostname === undefined
      ? answers(conditions.flatMap(({ host = [] }) => host.map((pattern) => pattern.replaceAll("*", "x"))))
      : [known.hostname];
  const { name, tags } = known;
  return platforms.flatMap((platform) =>
    arches.flatMap((arch) => hosts.map((hostname) => ({ platform, arch, hostname, name, tags }))),
  );
}

/** The named ones, and one that nobody named. */
function answers(named: readonly string[]): readonly string[] {
  return [...new Set([...named, "(another)"])];
}

function conditionsIn({ machines, plugins, servers, skills, instructions }: Manifest): readonly When[] {
  const entries = [...plugins, ...Object.values(servers), ...skills, ...instructions];
  return [...entries.flatMap(({ when }) => when ?? []), ...machines.flatMap(({ match }) => match ?? [])];
}
