import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";

/** Path to what was read, and the state of the file it was read from: transcripts only grow. */
const known = new Map();

/** The sessions that changed last, newest first. A folder that is not there has none. */
export async function newestSessions(projects, limit) {
  const files = [];
  for (const folder of await listed(projects)) {
    for (const name of await listed(join(projects, folder))) {
      if (!name.endsWith(".jsonl")) continue;
      const path = join(projects, folder, name);
      const state = await stat(path).catch(() => undefined);
      if (state?.isFile()) files.push({ path, changedMs: state.mtimeMs, sizeBytes: state.size });
    }
  }
  files.sort((a, b) => b.changedMs - a.changedMs);
  const sessions = [];
  for (const file of files.slice(0, limit)) sessions.push(await session(file));
  return sessions;
}

const listed = (folder) => readdir(folder).catch(() => []);

async function session(file) {
  const before = known.get(file.path);
  if (before?.changedMs === file.changedMs && before.sizeBytes === file.sizeBytes) return before.found;
  const found = await read(file);
  known.set(file.path, { ...file, found });
  return found;
}

async function read({ path, changedMs }) {
  const found = {
    id: basename(path, ".jsonl"),
    project: undefined,
    branch: undefined,
    model: undefined,
    title: undefined,
    startedAt: undefined,
    lastAt: new Date(changedMs).toISOString(),
    messages: 0,
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  };
  const counted = new Set();
  const lines = createInterface({ input: createReadStream(path, "utf8"), crlfDelay: Infinity });
  for await (const line of lines) {
    const entry = parsed(line);
    if (entry !== undefined) note(entry, found, counted);
  }
  return found;
}

/** A session that is being written may end in half a line. */
function parsed(line) {
  try {
    const entry = JSON.parse(line);
    return typeof entry === "object" && entry !== null ? entry : undefined;
  } catch {
    return undefined;
  }
}

function note(entry, found, counted) {
  const { message } = entry;
  found.project ??= entry.cwd;
  found.branch = entry.gitBranch || found.branch;
  found.startedAt ??= entry.timestamp;
  if (entry.timestamp !== undefined) found.lastAt = entry.timestamp;
  if (entry.type !== "user" && entry.type !== "assistant") return;
  if (entry.type === "user") {
    const said = words(message?.content);
    if (said === undefined || entry.isMeta) return;
    found.title ??= said.slice(0, 120);
  }
  // One answer is written in several lines, each with the usage of the whole.
  const key = message?.id ?? entry.uuid;
  if (key !== undefined && counted.has(key)) return;
  counted.add(key);
  found.messages += 1;
  if (entry.type === "user") return;
  found.model = message?.model ?? found.model;
  const usage = message?.usage ?? {};
  found.tokens.input += usage.input_tokens ?? 0;
  found.tokens.output += usage.output_tokens ?? 0;
  found.tokens.cacheRead += usage.cache_read_input_tokens ?? 0;
  found.tokens.cacheWrite += usage.cache_creation_input_tokens ?? 0;
}

/** What a person typed; undefined for the results of tools, which are written as a user's messages too. */
function words(content) {
  const text = typeof content === "string" ? content : content?.find?.((part) => part.type === "text")?.text;
  return text?.replace(/\s+/g, " ").trim() || undefined;
}
