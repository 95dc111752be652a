import { createFsFromVolume, Volume } from "memfs";
import type { Files, Host, Machine, Programs, RunRequest, RunResult } from "../core/host.ts";
import { nodeFiles, type NodeFs } from "./node-files.ts";

/** A program of the memory host; what it leaves out of the result is success without output. */
export type MemoryProgram = (request: RunRequest, files: Files) => Partial<RunResult> | Promise<Partial<RunResult>>;

export interface MemoryHostOptions {
  /** Content by absolute path; directories are made. */
  readonly files?: Readonly<Record<string, string>>;
  readonly machine?: Partial<Machine>;
  readonly programs?: Readonly<Record<string, MemoryProgram>>;
  /** Default: it is always 2026-11-21 08:00 UTC. */
  readonly now?: () => Date;
}

/** A host whose files are in memory, with memfs's own view of them for tests that look from outside. */
export interface MemoryHost extends Host {
  readonly volume: Volume;
  readonly fs: NodeFs;
}

const HOME = "/home/mia";

/** A whole machine in memory: the same file code as on the real one, and programs that are functions. For tests and development. */
export function createMemoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const volume = Volume.fromJSON({ ...options.files });
  const fs = memoryFs(volume);
  const machine = { ...defaultMachine(), ...options.machine };
  fs.mkdirSync(machine.homeDirectory, { recursive: true });
  fs.mkdirSync(machine.workingDirectory, { recursive: true });
  const files = nodeFiles(fs);
  const now = options.now ?? (() => new Date("2026-11-21T08:00:00.000Z"));
  return { files, programs: memoryPrograms(options.programs ?? {}, files), machine, now, volume, fs };
}

function defaultMachine(): Machine {
  return {
    platform: "linux",
    arch: "x64",
    hostname: "workbench",
    homeDirectory: HOME,
    workingDirectory: HOME,
    env: { HOME, PATH: "/usr/bin" },
  };
}

function memoryPrograms(programs: Readonly<Record<string, MemoryProgram>>, files: Files): Programs {
  const named = (command: string): MemoryProgram | undefined => programs[command.replace(/^.*\//, "")];
  return {
    async run(request) {
      const program = named(request.command);
      const result: Partial<RunResult> =
        program === undefined
          ? { exitCode: 127, stderr: `${request.command}: command not found\n` }
          : await program(request, files);
      if (result.stdout) request.onOutput?.(result.stdout, "stdout");
      if (result.stderr) request.onOutput?.(result.stderr, "stderr");
      return { exitCode: 0, stdout: "", stderr: "", timedOut: false, ...result };
    },
    find: async (program) => (named(program) === undefined ? undefined : `/usr/bin/${program.replace(/^.*\//, "")}`),
  };
}

function memoryFs(volume: Volume): NodeFs {
  const fs = createFsFromVolume(volume) as unknown as NodeFs;
  return { ...fs, renameSync: (from: string, to: string) => rename(fs, from, to) } as NodeFs;
}

/** memfs 4.80 renames what a link points to instead of the link; the system renames the link. (rename(2)) */
function rename(fs: NodeFs, from: string, to: string): void {
  if (fs.lstatSync(from, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return fs.renameSync(from, to);
  const target = fs.readlinkSync(from);
  if (fs.lstatSync(to, { throwIfNoEntry: false }) !== undefined) fs.unlinkSync(to);
  fs.symlinkSync(target, to);
  fs.unlinkSync(from);
}
