import { AtkError } from "../core/errors.ts";

interface Reason {
  readonly text: string;
  readonly hint?: (path: string) => string;
}

/** What the system's error codes mean for a person, and the next step. (errno(3)) */
const REASONS: Readonly<Record<string, Reason>> = {
  EACCES: { text: "permission denied", hint: (path) => `look at who owns it: ls -ld ${path}` },
  EPERM: {
    text: "the system does not permit it",
    hint: (path) => `look at its owner and attributes: ls -ld ${path}`,
  },
  ENOSPC: {
    text: "no space left on the device",
    hint: () => "free some space, then run the same command again",
  },
  EDQUOT: {
    text: "the disk quota is used up",
    hint: () => "free some space, then run the same command again",
  },
  EROFS: {
    text: "the file system is read-only",
    hint: () => "mount it writable, or move the file with a client home setting",
  },
  EISDIR: { text: "it is a directory", hint: (path) => `move the directory away: mv ${path} ${path}.old` },
  ENOTDIR: {
    text: "a file is where a directory should be",
    hint: (path) => `find the file on the way to ${path} and move it`,
  },
  ELOOP: { text: "its symbolic links go in a circle", hint: (path) => `repair the link: ls -l ${path}` },
  ENOENT: { text: "it does not exist" },
  EEXIST: { text: "something is there already" },
  ENOTEMPTY: { text: "the directory is not empty" },
  ENAMETOOLONG: { text: "the name is too long", hint: () => "choose a shorter name" },
  EMFILE: { text: "too many open files", hint: () => "raise the limit: ulimit -n 4096" },
  ENFILE: { text: "too many open files in the system" },
  EBUSY: {
    text: "another program uses it",
    hint: () => "close the program that has it open, then run the same command again",
  },
  EIO: { text: "the disk reports an error", hint: () => "check the disk" },
  EXDEV: { text: "it is on another file system" },
  EFBIG: { text: "the file is too large" },
  ETXTBSY: { text: "the program is running", hint: () => "stop it, then run the same command again" },
};

/** An E_FILE that says what was tried (`write`), the path, the system's reason and its code. */
export function fileFault(task: string, path: string, cause: unknown): AtkError {
  const code = systemCode(cause);
  const reason = code === undefined ? undefined : REASONS[code];
  const found = reason === undefined ? messageOf(cause) : `${reason.text} (${code})`;
  return new AtkError("E_FILE", `cannot ${task} ${path}: ${found}`, {
    at: { file: path },
    hint: reason?.hint?.(path),
    cause,
  });
}

/** The system's code (`ENOSPC`) behind an error, also when it is wrapped in an E_FILE. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string" && !(error instanceof AtkError)) return error.code;
  return systemCode(error.cause);
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
