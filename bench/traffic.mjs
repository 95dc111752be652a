// What a command does to files, as the kernel saw it. Only where strace is there (Linux).
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { runCommand } from "./command.mjs";
import { onPath } from "./on-path.mjs";

const CALLS =
  "open,openat,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,rmdir,link,linkat,symlink,symlinkat,truncate,chmod,fchmodat,utimensat";

/** Files below `folder` that the command opened for reading (each as often as it was) and paths it changed; undefined without strace. */
export function traceFiles(command, folder) {
  if (onPath("strace") === undefined) return undefined;
  const temporary = mkdtempSync(join(tmpdir(), "atk-trace-"));
  const log = join(temporary, "log");
  try {
    const args = ["-f", "-qq", "-s", "4096", "-e", `trace=${CALLS}`, "-o", log, command.program, ...command.args];
    runCommand({ ...command, program: "strace", args });
    return sortCalls(readFileSync(log, "utf8"), folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function sortCalls(log, folder) {
  const reads = [];
  const writes = [];
  for (const line of whole(log)) {
    const paths = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => found[1]);
    const path = paths.find((each) => each.startsWith(folder + sep));
    if (path === undefined || / = -1 /.test(line)) continue;
    if (!/ open(at)?\(/.test(line) || /O_(WRONLY|RDWR|CREAT)/.test(line)) writes.push(path);
    else if (!line.includes("O_DIRECTORY")) reads.push(path);
  }
  return { reads, writes };
}

/** A call that another thread interrupted is logged in two halves. */
function whole(log) {
  const open = new Map();
  return log.split("\n").flatMap((line) => {
    const thread = line.split(" ", 1)[0];
    if (line.endsWith("<unfinished ...>")) return (open.set(thread, line.replace("<unfinished ...>", "")), []);
    if (!line.includes(" resumed>")) return [line];
    return [`${open.get(thread) ?? ""}${line.slice(line.indexOf(" resumed>") + 9)}`];
  });
}
