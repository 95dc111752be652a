import { createHash } from "node:crypto";
import { readServices } from "./compose-file.mjs";
import { create, start, statusText } from "./containers.mjs";
import { dockerRow, showLogs } from "./engine.mjs";
import { parseFlags, UsageError } from "./flags.mjs";
import { attempt, change, read, Refusal } from "./state.mjs";

const GLOBAL = {
  table: { "project-name": "value", "project-directory": "value", file: "list", profile: "list", "env-file": "list" },
  short: { p: "project-name", f: "file" },
  stopAtFirst: true,
  usage: "docker compose [OPTIONS] COMMAND",
};
const WORDS = {
  up: { table: { detach: "bool", "remove-orphans": "bool", build: "bool" }, short: { d: "detach" } },
  down: {
    table: { "remove-orphans": "bool", volumes: "bool", timeout: "value" },
    short: { v: "volumes", t: "timeout" },
  },
  ps: { table: { all: "bool", format: "value" }, short: { a: "all" } },
  logs: { table: { follow: "bool", "no-color": "bool", tail: "value" }, short: { f: "follow", n: "tail" } },
};
const DO = { up, down, ps, logs };

/** Which of the real programs this is: compose 2, docker-compose 1 or podman-compose. */
function dialectOf(program) {
  if (program === "podman-compose") return "podman";
  if (program === "podman") return read().provider === "podman-compose" ? "podman" : "compose";
  return program === "docker-compose" && read().standalone === "1.29.2" ? "old" : "compose";
}

export function composeVersion(program, [, option]) {
  if (program === "podman" && read().provider === "none")
    throw new UsageError(
      'Error: looking up compose provider failed\n2 errors occurred:\n\t* exec: "docker-compose": executable file not found in $PATH\n\t* exec: "podman-compose": executable file not found in $PATH\n\n',
      125,
    );
  const dialect = dialectOf(program);
  if (dialect === "podman") return "podman-compose version 1.2.0\npodman version 5.2.5\n";
  if (option === "--short") return dialect === "old" ? "1.29.2\n" : "2.29.7\n";
  return "Docker Compose version v2.29.7\n";
}

export async function compose(program, argv) {
  if (program === "podman")
    process.stderr.write(`>>>> Executing external compose provider "/usr/bin/${read().provider}". <<<<\n\n`);
  const dialect = dialectOf(program);
  refuseUnknown(dialect, argv);
  const { flags, args } = parseFlags(argv, GLOBAL);
  const [word, ...rest] = args;
  if (DO[word] === undefined) throw new UsageError(`unknown docker command: "compose ${word}"`, 1);
  const own = parseFlags(rest, { ...WORDS[word], usage: `docker compose ${word} [OPTIONS]` });
  const project = flags["project-name"];
  const files = flags.file ?? [];
  if (word === "up" || (files.length === 0 && dialect !== "compose")) needFiles(files, dialect);
  const order = { project, files, directory: flags["project-directory"], flags: own.flags, dialect };
  try {
    await DO[word](order);
  } catch (error) {
    // podman-compose 1.0.3 prints what podman said, and its code, and ends with 0.
    if (dialect !== "podman" || !(error instanceof Refusal) || error.from === "bare") throw error;
    process.stderr.write(`Error: ${error.message}\n`);
    process.stdout.write(`exit code: ${error.exitCode}\n`);
  }
}

/** podman_compose.py 1.2.0 is written with argparse and has none of these. */
function refuseUnknown(dialect, argv) {
  const unknown = argv.filter((word) => /^--(project-directory|no-color|format|all)\b/.test(word));
  if (dialect === "podman" && unknown.length > 0)
    throw new UsageError(
      `usage: podman-compose [-h] [-v] [-f file] [-p PROJECT_NAME] command ...\npodman-compose: error: unrecognized arguments: ${unknown.join(" ")}`,
      2,
    );
  if (dialect === "old" && argv.includes("--format"))
    throw new UsageError("List containers.\n\nUsage: ps [options] [--] [SERVICE...]", 1);
}

function needFiles(files, dialect) {
  if (files.length > 0) return;
  if (dialect === "old")
    throw new UsageError(
      "ERROR: \n        Can't find a suitable configuration file in this directory or any\n        parent. Are you in the right directory?",
      1,
    );
  throw new UsageError("no configuration file provided: not found", 1);
}

function up({ project, files, directory, flags, dialect }) {
  const services = readServices(files, directory);
  const mine = (state) => state.containers.filter(({ labels }) => labels[PROJECT] === project);
  attempt((state) => {
    if (flags["remove-orphans"])
      for (const each of mine(state).filter(({ labels }) => services[labels[SERVICE]] === undefined)) drop(state, each);
    for (const [name, service] of Object.entries(services)) {
      const wanted = wish({ project, name, service, dialect });
      const found = mine(state).find(({ labels }) => labels[SERVICE] === name);
      if (found !== undefined && found.labels[HASH] !== wanted.labels[HASH]) drop(state, found);
      if (found === undefined || found.labels[HASH] !== wanted.labels[HASH]) create(state, wanted, "docker");
    }
    for (const each of mine(state)) {
      start(state, each);
      process.stderr.write(` Container ${each.name}  Started\n`);
    }
  });
}

const PROJECT = "com.docker.compose.project";
const SERVICE = "com.docker.compose.service";
const HASH = "com.docker.compose.config-hash";

function wish({ project, name, service, dialect }) {
  const hash = createHash("sha256").update(JSON.stringify(service)).digest("hex");
  const labels = { [PROJECT]: project, [SERVICE]: name, [HASH]: hash, "com.docker.compose.oneoff": "False" };
  const separator = dialect === "compose" ? "-" : "_";
  return {
    name: [project, name, 1].join(separator),
    image: service.image,
    args: [service.command ?? []].flat(),
    labels: { ...labels, ...(dialect === "podman" ? { "io.podman.compose.project": project } : {}) },
    env: Object.entries(service.environment).map(([key, value]) => `${key}=${value}`),
    ports: service.ports.map((port) => (String(port).split(":").length > 2 ? String(port) : `0.0.0.0:${port}`)),
    volumes: [],
    restart: "no",
  };
}

function drop(state, { id, name }) {
  state.containers = state.containers.filter((each) => each.id !== id);
  process.stderr.write(` Container ${name}  Removed\n`);
}

/** By the name alone everything of the project, with a file what is in it. (docker/compose, pkg/compose/down.go) */
function down({ project, files, directory, dialect }) {
  const services = files.length === 0 ? undefined : readServices(files, directory);
  const gone = change((state) => {
    const found = state.containers.filter(
      ({ labels }) =>
        labels[PROJECT] === project && (services === undefined || services[labels[SERVICE]] !== undefined),
    );
    for (const each of found) drop(state, each);
    return found;
  });
  if (gone.length === 0 && dialect === "compose")
    process.stderr.write(`Warning: No resource found to remove for project "${project}".\n`);
}

function find(project, { files, directory }) {
  if (files.length > 0) readServices(files, directory);
  return read().containers.filter(({ labels }) => labels[PROJECT] === project);
}

/** Rows since 2.21, an array of fewer facts before. (docker/compose#10918) */
function ps({ project, flags, ...where }) {
  const found = find(project, where).filter(({ status }) => flags.all || status === "running");
  const rows = found.map((each) => {
    const ended = each.status === "exited" || each.status === "dead";
    const { Command, ID, Image, Labels, Names, State } = dockerRow(each);
    const shared = {
      Command,
      ExitCode: ended ? each.exitCode : 0,
      Health: each.health ?? "",
      ID,
      Name: Names,
      Project: project,
    };
    const row = { ...shared, Publishers: [], Service: each.labels[SERVICE], State };
    return read().plugin === "array" ? row : { ...row, Image, Labels, Names, Status: statusText(each) };
  });
  if (read().plugin === "array") return void process.stdout.write(`${JSON.stringify(rows)}\n`);
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
}

async function logs({ project, flags, ...where }) {
  const found = find(project, where);
  const show = ({ id, labels }) =>
    showLogs(() => read().containers.find((each) => each.id === id), flags, `${labels[SERVICE]}-1  | `);
  await Promise.all(found.map(show));
}
