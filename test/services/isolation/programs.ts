import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Host, Platform } from "../../../src/core/host.ts";
import { createNodeHost } from "../../../src/host/node-host.ts";

/** A host on whose PATH stand only these: shell scripts by name, or the machine's own program where it is `true`. */
export async function hostWith(
  folder: string,
  programs: Readonly<Record<string, string | true>>,
  platform: Platform = "linux",
): Promise<Host> {
  const bin = join(folder, "only-these");
  mkdirSync(bin);
  const real = createNodeHost();
  for (const [name, script] of Object.entries({ true: true, ...programs } as const)) {
    const path = join(bin, name);
    const found = script === true ? await real.programs.find(name) : undefined;
    if (found !== undefined) symlinkSync(found, path);
    if (typeof script !== "string") continue;
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  return createNodeHost({ platform, homeDirectory: folder, env: { PATH: bin, HOME: folder } });
}

/** What bubblewrap 0.8 says where user namespaces are forbidden (a container, or Ubuntu's AppArmor). */
export const FORBIDDEN_BWRAP = "echo 'bwrap: Creating new namespace failed: Operation not permitted' >&2; exit 1";

/** A systemd of the user that has all control groups: the kernel's answer for the limits asked for, then the command itself. */
export const SYSTEMD_RUN = `case "$*" in
  *cgroup*) printf 'memory.max 268435456\\npids.max 32\\ncpu.max 50000 100000\\n'; exit 0;;
esac
while [ "$1" != -- ]; do shift; done; shift; exec "$@"`;

/** One without a bus, in systemd 252's words. */
export const NO_BUS = "echo 'Failed to connect to bus: No medium found' >&2; exit 1";
