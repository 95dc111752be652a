// Keeping data: a backup beside tar | gzip and restic of the same files, and how much memory it takes.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bareNode } from "../atk.mjs";
import { runCommand } from "../command.mjs";
import { toRows } from "../judge.mjs";
import { measure } from "../measure.mjs";
import { onPath } from "../on-path.mjs";
import { createScratch, writeFiles } from "../scratch.mjs";

const FILES = 20_000;
const MB = 1024 * 1024;
const MOST_ROUNDS = 3;
const GOAL_TIMES = 2;
const GOAL_MEMORY_MB = 400;

export function backup({ atk, runs, progress, backupMb }) {
  const scratch = createScratch("backup");
  try {
    const data = fill(scratch, backupMb);
    const out = join(scratch.root, "out");
    mkdirSync(out);
    const place = { cwd: scratch.home, env: scratch.env };
    writeFiles(scratch.home, { ".atk/atk.yaml": manifest(data, join(out, "atk"), "false") });
    const clear = () => rmSync(join(out, "atk"), { recursive: true, force: true });
    const create = { name: CREATE, command: atk.command(["backup", "create", "data"], place), before: clear };
    const cases = [
      bareNode(place),
      {
        name: TAR,
        command: { program: "sh", args: ["-c", `tar -C '${data}' -cf - . | gzip > '${out}/data.tar.gz'`], ...place },
      },
      create,
      ...restic({ data, out, place }),
    ];
    const measured = measure(cases, Math.min(runs, MOST_ROUNDS), progress);
    clear();
    runCommand(create.command);
    const restoreCommand = atk.command(["backup", "restore", "data", "--into", join(out, "back"), "--yes"], place);
    const more = measure(
      [
        { name: VERIFY, command: atk.command(["backup", "verify", "data"], place) },
        {
          name: RESTORE,
          command: restoreCommand,
          before: () => rmSync(join(out, "back"), { recursive: true, force: true }),
        },
      ],
      1,
      progress,
    );
    const tarMs = measured.find(({ name }) => name === TAR).medianMs;
    const timesTar = (medianMs) => ({
      goal: `<= ${GOAL_TIMES} x tar | gzip`,
      met: medianMs <= GOAL_TIMES * tarMs,
      note: `${(medianMs / tarMs).toFixed(2)} x tar | gzip`,
    });
    const speed = ({ name, medianMs }) => `${name}: ${(backupMb / (medianMs / 1000)).toFixed(0)} MB/s`;
    const peak = peakMemory(create.command, clear);
    const about = [
      `${backupMb} MB in ${FILES.toLocaleString("en")} files, half of it text; every file of atk's is read again and compared.`,
      [...measured.slice(1), ...more].map(speed).join("; "),
      peak === undefined
        ? "peak memory: no /usr/bin/time here"
        : `peak memory of ${CREATE}: ${peak} MB (goal <= ${GOAL_MEMORY_MB}: ${peak <= GOAL_MEMORY_MB ? "met" : "missed"})`,
    ];
    return [{ title: "Backups", about, rows: toRows([...measured, ...more], { [CREATE]: timesTar }) }];
  } finally {
    scratch.remove();
  }
}

const TAR = "tar | gzip";
const CREATE = "atk backup create";
const VERIFY = "atk backup verify";
const RESTORE = "atk backup restore --into";

/** 19,000 small files, and the rest of the bytes in 1,000 large ones. */
function fill({ root }, megabytes) {
  const data = join(root, "data");
  const small = Math.min(2048, Math.floor((megabytes * MB) / FILES / 2));
  const large = Math.floor((megabytes * MB - small * 19_000) / 1000);
  const [noise, text] = [
    randomBytes(large),
    Buffer.alloc(large, "the quick brown fox jumps over the lazy dog 0123456789\n"),
  ];
  for (let at = 0; at < FILES; at += 1) {
    const folder = join(data, String(at % 100));
    if (at < 100) mkdirSync(folder, { recursive: true });
    const source = at % 2 === 0 ? noise : text;
    const size = at < 19_000 ? small : large;
    writeFileSync(join(folder, String(at)), source.subarray(0, size));
  }
  return data;
}

const manifest = (data, target, encrypt) => `schema_version: "2026-11-21"
agents: [cursor]
plugins: []
backup_targets: { disk: { path: ${target} } }
backups: { data: { data: ["${data}"], to: [disk], encrypt: ${encrypt} } }
`;

function restic({ data, out, place }) {
  if (onPath("restic") === undefined) return [];
  const repository = join(out, "restic");
  const env = { ...place.env, RESTIC_PASSWORD: "bench", RESTIC_REPOSITORY: repository };
  const before = () => {
    rmSync(repository, { recursive: true, force: true });
    execFileSync("restic", ["init", "-q"], { env, stdio: "ignore" });
  };
  return [
    {
      name: "restic backup, a new repository",
      command: { program: "restic", args: ["backup", "-q", "."], cwd: data, env },
      before,
    },
  ];
}

/** Of the whole process, in MB. (GNU time, %M) */
function peakMemory({ program, args, ...place }, clear) {
  clear();
  const timed = onPath("python3");
  if (timed === undefined) return undefined;
  const script =
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)";
  return Number(execFileSync(timed, ["-c", script, program, ...args], { ...place, encoding: "utf8" }));
}
