import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Host, Platform } from "../../src/core/host.ts";
import { createNodeHost } from "../../src/host/node-host.ts";
import { parseSchedule } from "../../src/timers/parse-schedule.ts";
import { ticksOf } from "../../src/timers/ticks.ts";
import type { TimerWish } from "../../src/timers/timer-manager.ts";

const scratch = realpathSync(mkdtempSync(join(tmpdir(), "atk-timers-")));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** crontab(1) as Debian has it, with the table in a file of the home. */
const CRONTAB = `#!/bin/sh
table="$HOME/crontab.txt"
case "$1" in
  -l) [ -f "$table" ] && exec cat "$table"; echo "no crontab for dev" >&2; exit 1 ;;
  -r) exec rm "$table" ;;
  -) cat > "$table.new"; grep -q '^broken' "$table.new" && { echo '"-":1: bad minute' >&2; exit 1; }; mv "$table.new" "$table" ;;
esac
`;

/** What systemctl 252 does with units of the user: links for enabled ones, and which timers run in a file. */
const SYSTEMCTL = `#!/bin/sh
echo "$*" >> "$HOME/systemctl.calls"
[ -f "$HOME/no-manager" ] && { echo "Failed to connect to bus: No medium found" >&2; exit 1; }
units="$HOME/.config/systemd/user"
wants="$units/timers.target.wants"
case "$2" in
  daemon-reload) ;;
  enable) [ -f "$units/$3" ] || { echo "Failed to enable unit: Unit file $3 does not exist." >&2; exit 1; }
    grep -q '^WantedBy=timers.target' "$units/$3" || exit 1
    mkdir -p "$wants"; ln -sf "$units/$3" "$wants/$3" ;;
  restart) [ -f "$units/$3" ] || { echo "Failed to restart $3: Unit $3 not found." >&2; exit 5; }; touch "$HOME/running-$3" ;;
  disable) [ -f "$units/$4" ] || { echo "Failed to disable unit: Unit file $4 does not exist." >&2; exit 1; }
    rm -f "$wants/$4" "$HOME/running-$4" ;;
  show) case "$3" in
    --property=Version) echo Version=252 ;;
    *) [ -f "$HOME/running-$3" ] && echo ActiveState=active || echo ActiveState=inactive
       echo "NextElapseUSecRealtime=Sat 2026-11-21 16:00:00 UTC"; echo LastTriggerUSec=n/a ;;
    esac ;;
esac
`;

const DOUBLES = { crontab: CRONTAB, systemctl: SYSTEMCTL };

export interface World {
  readonly home: string;
  readonly host: Host;
  read(path: string): string | undefined;
  write(path: string, text: string): void;
}

/** A machine with these programs and no others. */
export function createWorld(programs: readonly (keyof typeof DOUBLES)[], platform: Platform = "linux"): World {
  const home = mkdtempSync(join(scratch, "home-"));
  const bin = join(home, "bin");
  mkdirSync(bin);
  for (const program of programs) writeFileSync(join(bin, program), DOUBLES[program], { mode: 0o755 });
  // The doubles need a shell's own programs; this machine's crontab and systemctl must not be found.
  const tools = join(home, "tools");
  mkdirSync(tools);
  for (const tool of ["cat", "rm", "mv", "grep", "mkdir", "ln", "touch"])
    writeFileSync(join(tools, tool), `#!/bin/sh\nPATH=/usr/bin:/bin exec ${tool} "$@"\n`, { mode: 0o755 });
  const host = createNodeHost({ env: { PATH: `${bin}:${tools}`, HOME: home }, homeDirectory: home, platform });
  return {
    home,
    host,
    read: (path) => (existsSync(join(home, path)) ? readFileSync(join(home, path), "utf8") : undefined),
    write: (path, text) => writeFileSync(join(home, path), text),
  };
}

export function wishFor({ home }: World, schedule: string, id = "sync"): TimerWish {
  return {
    name: `atk-0123abcd-${id}`,
    description: `atk ${id}`,
    ticks: ticksOf(parseSchedule(schedule)),
    command: [
      "/usr/bin/env",
      `ATK_HOME=${home}/my home 100%`,
      "/usr/bin/node",
      "/opt/atk/main.js",
      "timers",
      "run",
      id,
    ],
    directory: join(home, "state/timers"),
  };
}
