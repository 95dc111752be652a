/** What `stat` tells about a path itself (links are not followed). */
export interface FileStat {
  readonly type: "file" | "directory" | "link" | "other";
  /** Permission bits only, e.g. 0o600. */
  readonly mode: number;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly inode: number;
  /** Number of the owner; absent where the system has no such thing. */
  readonly uid?: number;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly type: FileStat["type"];
}

/** The reading half of the file system. Paths are absolute. Absent is `undefined`; every other fault throws E_FILE. */
export interface ReadFiles {
  /** Bytes of a file, links followed. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** About the path itself; links are not followed. */
  stat(path: string): Promise<FileStat | undefined>;
  /** Where a link points, as written in it. */
  readLink(path: string): Promise<string | undefined>;
  /** The path with every link resolved; undefined where something on the way is absent. */
  realPath(path: string): Promise<string | undefined>;
  /** Entries sorted by name. */
  list(path: string): Promise<readonly DirectoryEntry[] | undefined>;
}

/** The writing half. Each call is one system-level change, so a fault can be injected before any of them. */
export interface WriteFiles {
  /** Creates a file that must not exist, writes all of it and syncs it to disk. */
  create(path: string, bytes: Uint8Array, mode: number): Promise<void>;
  /** Adds to the end of a file (created with `mode` when absent) and syncs it to disk. */
  append(path: string, bytes: Uint8Array, mode: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** A hard link; throws E_FILE where the file system has none. */
  hardLink(from: string, to: string): Promise<void>;
  symlink(target: string, path: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** One directory; its parent must exist. No error when it is there already. */
  makeDirectory(path: string, mode?: number): Promise<void>;
  /** An empty directory; false when it is not empty or absent. */
  removeDirectory(path: string): Promise<boolean>;
  changeMode(path: string, mode: number): Promise<void>;
  /** Makes the names in a directory survive a power cut (no effect where the system has no such call). */
  syncDirectory(path: string): Promise<void>;
}

export type Files = ReadFiles & WriteFiles;

export interface RunRequest {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** Added to the host's environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  readonly timeoutMs?: number;
  /** "capture" (default) collects output; "inherit" hands over the terminal. */
  readonly output?: "capture" | "inherit";
  /** Gets captured output as it comes as well. */
  readonly onOutput?: (chunk: string, stream: "stdout" | "stderr") => void;
  /** At most this much of each stream is kept in the result, the end of it. Default: 100 MiB, then the program is ended. */
  readonly keepBytes?: number;
  /** Ends the program (SIGTERM, then SIGKILL) when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface RunResult {
  /** Exit code; 127 when the program was not found, 128+n when killed by signal n. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

export interface Programs {
  run(request: RunRequest): Promise<RunResult>;
  /** Absolute path of a program on PATH (PATHEXT honoured on Windows). */
  find(program: string): Promise<string | undefined>;
}

export type Platform = "linux" | "macos" | "windows";

/** Facts of the machine and the user that do not change during a run. */
export interface Machine {
  readonly platform: Platform;
  readonly arch: string;
  readonly hostname: string;
  readonly homeDirectory: string;
  readonly workingDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What the system says of a path, as one text; two equal ones mean that nothing changed there. */
export interface Signature {
  readonly text: string;
  /** When a file was last changed, its content or its mode, milliseconds; 0 for anything else. */
  readonly changedMs: number;
}

/** The whole outside world, as one port. */
export interface Host {
  readonly files: Files;
  readonly programs: Programs;
  readonly machine: Machine;
  now(): Date;
  /** Absent where the system cannot tell; then nothing is remembered by it. */
  signature?(path: string, how: "look" | "list"): Signature;
}

/** What plan, status and every provider get: they cannot write and cannot start anything. */
export interface ReadHost {
  readonly files: ReadFiles;
  readonly machine: Machine;
}
