// One trial: a file as by hand, a tool adds a server, and takes it away again.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createScratch, writeFiles } from "../scratch.mjs";
import { NEW_SERVER } from "./formats.mjs";
import { at, readData } from "./read-data.mjs";

/**
 * `{ added, left }`, each a word: added is kept, LOST, refused (the tool said no and left the file alone), not added (the server
 * is not in this file), broken (the file can no longer be read); left is same bytes, same data, changed, deleted or failed.
 */
export function trial(tool, format, habit) {
  const scratch = createScratch("survival");
  try {
    const place = { home: scratch.home, project: join(scratch.root, "project"), env: scratch.env, format };
    const folder = format.isGlobal ? place.home : place.project;
    const path = join(folder, format.file);
    const before = habit.write(format.text);
    mkdirSync(place.project);
    writeFiles(folder, { [format.file]: before });
    const added = judgeAdd({ tool, place, path, before, habit });
    return { added, left: added === "refused" ? "-" : judgeRemoval({ tool, place, path, before }) };
  } finally {
    scratch.remove();
  }
}

function judgeAdd({ tool, place, path, before, habit }) {
  const isDone = succeeds(() => tool.add(place));
  const after = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (!isDone) return after === before ? "refused" : "broken";
  const { file, root } = place.format;
  const data = readData(file, after);
  if (data === undefined) return "broken";
  if (at(data, [...root, NEW_SERVER.name]) === undefined) return "not added";
  return habit.kept(before, after, place.format) ? "kept" : "LOST";
}

function judgeRemoval({ tool, place, path, before }) {
  if (!succeeds(() => tool.remove(place))) return "failed";
  if (!existsSync(path)) return "deleted";
  const after = readFileSync(path, "utf8");
  if (after === before) return "same bytes";
  const { file } = place.format;
  return JSON.stringify(readData(file, after)) === JSON.stringify(readData(file, before)) ? "same data" : "changed";
}

function succeeds(action) {
  try {
    action();
    return true;
  } catch (error) {
    if (process.env.BENCH_DEBUG) console.error(error.message);
    return false;
  }
}
