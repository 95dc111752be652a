import { create, inspected, start, statusText, stop } from "./containers.mjs";
import { parseFlags, UsageError } from "./flags.mjs";
import { attempt, change, read, Refusal } from "./state.mjs";

const RUN = {
  table: {
    detach: "bool",
    name: "value",
    restart: "value",
    label: "list",
    publish: "list",
    env: "list",
    volume: "list",
  },
  short: { d: "detach", l: "label", p: "publish", e: "env", v: "volume" },
  stopAtFirst: true,
  usage: "docker run [OPTIONS] IMAGE [COMMAND] [ARG...]",
};
const INSPECT = {
  table: { format: "value", size: "bool" },
  short: { f: "format", s: "size" },
  usage: "docker container inspect [OPTIONS] CONTAINER [CONTAINER...]",
};
const STOP = {
  table: { timeout: "value", signal: "value" },
  short: { t: "timeout", s: "signal" },
  usage: "docker stop [OPTIONS] CONTAINER [CONTAINER...]",
};
const REMOVE = {
  table: { force: "bool", volumes: "bool", link: "bool" },
  short: { f: "force", v: "volumes", l: "link" },
  usage: "docker rm [OPTIONS] CONTAINER [CONTAINER...]",
};
const LOGS = {
  table: { follow: "bool", tail: "value", timestamps: "bool" },
  short: { f: "follow", n: "tail", t: "timestamps" },
  usage: "docker logs [OPTIONS] CONTAINER",
};
const LIST = {
  table: { all: "bool", filter: "list", format: "value", quiet: "bool", "no-trunc": "bool" },
  short: { a: "all", f: "filter", q: "quiet" },
  usage: "docker ps [OPTIONS]",
};

export const COMMANDS = { run, start: startAll, stop: stopAll, rm: remove, unpause, logs, ps, container };

function container(argv, program) {
  const [word, ...rest] = argv;
  if (word !== "inspect") throw new UsageError(`docker: unknown command: docker container ${word}`, 1);
  const { flags, args } = parseFlags(rest, INSPECT);
  need(args, "docker container inspect");
  const found = findAll(read(), args, program, "inspecting object: ");
  const show = (value) => (flags.format === undefined ? JSON.stringify([value]) : render(flags.format, value));
  for (const each of found) process.stdout.write(`${show(inspected(each, program))}\n`);
}

/** Of Go's templates only `{{json .A.B}}`. */
function render(template, value) {
  return template.replace(/\{\{json ([.\w]+)\}\}/g, (_all, path) => {
    const found = path
      .split(".")
      .filter(Boolean)
      .reduce((inner, key) => inner?.[key], value);
    return JSON.stringify(found ?? null);
  });
}

function run(argv, program) {
  const { flags, args } = parseFlags(argv, RUN);
  need(args, "docker run");
  const [image, ...rest] = args;
  if (read().images[image] === undefined) {
    if (program === "podman")
      throw new Refusal(
        `short-name "${image}" did not resolve to an alias and no unqualified-search registries are defined in "/etc/containers/registries.conf"`,
        125,
      );
    process.stderr.write(`Unable to find image '${image}' locally\n`);
    throw new Refusal(
      `pull access denied for ${image}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
      125,
    );
  }
  const wanted = {
    name: flags.name ?? "eager_hopper",
    image,
    args: rest,
    labels: Object.fromEntries(
      (flags.label ?? []).map((label) => [label.split("=")[0], label.split("=").slice(1).join("=")]),
    ),
    // Without a value it is taken from the client's environment, and left out where it is not set. (docker run, --env)
    env: (flags.env ?? []).map((each) => (each.includes("=") ? each : `${each}=${process.env[each] ?? ""}`)),
    ports: flags.publish ?? [],
    volumes: flags.volume ?? [],
    restart: flags.restart ?? "no",
  };
  // The daemon makes it first and starts it then: what cannot be started stays as "created".
  const id = change((state) => create(state, wanted, program).id);
  attempt((state) => start(state, byId(state, id)));
  process.stdout.write(`${id}\n`);
}

function startAll(argv, program) {
  const { args } = parseFlags(argv, {
    ...STOP,
    table: {},
    short: {},
    usage: "docker start [OPTIONS] CONTAINER [CONTAINER...]",
  });
  need(args, "docker start");
  try {
    attempt((state) => findAll(state, args, program).forEach((each) => start(state, each)));
  } catch (error) {
    if (!(error instanceof Refusal) || program === "podman") throw error;
    throw new Refusal(`${error.message}\nError: failed to start containers: ${args.join(", ")}`, 1);
  }
  process.stdout.write(`${args.join("\n")}\n`);
}

function stopAll(argv, program) {
  const { args } = parseFlags(argv, STOP);
  need(args, "docker stop");
  change((state) => findAll(state, args, program).forEach(stop));
  process.stdout.write(`${args.join("\n")}\n`);
}

function unpause(argv, program) {
  change((state) => findAll(state, argv, program).forEach((each) => Object.assign(each, { status: "running" })));
  process.stdout.write(`${argv.join("\n")}\n`);
}

function remove(argv, program) {
  const { flags, args } = parseFlags(argv, REMOVE);
  need(args, "docker rm");
  change((state) => {
    for (const each of findAll(state, args, program)) {
      if (each.status === "running" && !flags.force)
        throw new Refusal(
          `cannot remove container "${each.name}": container is running: stop the container before removing or force remove`,
          1,
        );
      state.containers = state.containers.filter(({ id }) => id !== each.id);
    }
  });
  process.stdout.write(`${args.join("\n")}\n`);
}

async function logs(argv, program) {
  const { flags, args } = parseFlags(argv, LOGS);
  need(args, "docker logs");
  const [found] = findAll(read(), args, program);
  await showLogs(() => read().containers.find(({ id }) => id === found.id), flags);
}

/** Prints what there is, and with `follow` what comes, until the container has ended. */
export async function showLogs(find, { follow, tail }, prefix = "") {
  let shown = tail === undefined || tail === "all" ? 0 : Math.max(0, find().logs.length - Number(tail));
  for (;;) {
    const now = find();
    for (const [stream, line] of now?.logs.slice(shown) ?? []) process[stream].write(`${prefix}${line}\n`);
    shown = now?.logs.length ?? shown;
    if (!follow || now?.status !== "running") return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Docker prints one object a line; `podman ps --format json` prints an array. (podman-ps(1)) */
function ps(argv, program) {
  const { flags } = parseFlags(argv, LIST);
  const wanted = (flags.filter ?? []).map((filter) => /^label=([^=]+)=(.*)$/.exec(filter)?.slice(1));
  const found = read().containers.filter(
    (each) => (flags.all || each.status === "running") && wanted.every(([key, value]) => each.labels[key] === value),
  );
  if (program === "podman") return void process.stdout.write(`${JSON.stringify(found.map(podmanRow))}\n`);
  for (const each of found) process.stdout.write(`${JSON.stringify(dockerRow(each))}\n`);
}

export function dockerRow(each) {
  const labels = Object.entries(each.labels).map(([key, value]) => `${key}=${value}`);
  const row = {
    Command: '"sleep"',
    ID: each.id.slice(0, 12),
    Image: each.image,
    Labels: labels.join(","),
    Names: each.name,
  };
  return { ...row, State: each.status, Status: statusText(each) };
}

/** As Podman 4.3.1 prints it. */
function podmanRow(each) {
  const ended = each.status === "exited";
  const row = { AutoRemove: false, Command: each.args, Exited: ended, ExitCode: each.exitCode, Id: each.id };
  const Status = statusText(each).replace("(health: ", "(");
  const State = ended ? "stopped" : each.status;
  return { ...row, Image: each.image, IsInfra: false, Labels: each.labels, Names: [each.name], State, Status };
}

function need(args, command) {
  if (args.length > 0) return;
  throw new UsageError(
    `docker: '${command}' requires at least 1 argument\n\nSee '${command} --help' for more information`,
    1,
  );
}

function byId(state, id) {
  return state.containers.find((each) => each.id === id);
}

function findAll(state, names, program, inspecting) {
  return names.map((name) => {
    const found = state.containers.find((each) => each.name === name || each.id === name);
    if (found !== undefined) return found;
    if (inspecting !== undefined) process.stdout.write("[]\n");
    if (program !== "podman") throw new Refusal(`No such container: ${name}`, 1);
    const why = inspecting === undefined ? `no container with name or ID "${name}" found: ` : inspecting;
    throw new Refusal(`${why}no such container${inspecting === undefined ? "" : ` ${name}`}`, 125);
  });
}
