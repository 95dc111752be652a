import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { bareNode, node } from "../atk.mjs";
import { runCommand } from "../command.mjs";
import { makeServers, serversManifest } from "../homes.mjs";
import { toRows } from "../judge.mjs";
import { measure } from "../measure.mjs";
import { mise } from "../peers/mise.mjs";
import { newerNode } from "../peers/install.mjs";
import { ruler } from "../peers/ruler.mjs";
import { rulesync } from "../peers/rulesync.mjs";
import { stow } from "../peers/stow.mjs";
import { terraform } from "../peers/terraform.mjs";
import { createScratch, writeFiles } from "../scratch.mjs";
import { writeList } from "../wired-home.mjs";

/** The five that atk, rulesync and ruler all write in a project. */
const CLIENTS = ["claude-code", "codex", "cursor", "opencode", "qwen-code"];
const CLIENT_FILES = [
  ".mcp.json",
  ".codex/config.toml",
  ".cursor/mcp.json",
  "opencode.json",
  "opencode.jsonc",
  ".qwen/settings.json",
];
const SERVERS = makeServers(50);
const PEERS = [rulesync, ruler, mise, terraform, stow];

/** The same 50 servers in the same five client files of a project, by atk and by each peer: nothing to do, and from nothing. */
export function servers({ atk, runs, progress, offline }) {
  const scratch = createScratch("servers");
  try {
    const own = wire(atkTool(atk), scratch, {});
    const finished = clientFiles(own.directory);
    const found = PEERS.map((peer) => tryWire(peer, scratch, { finished, offline }));
    const contestants = [own, ...found.filter((each) => each.fault === undefined)];
    const missing = found
      .filter((each) => each.fault !== undefined)
      .map(({ peer, fault }) => ({ name: peer.name, text: "-", note: `left out: ${fault}` }));
    const place = { cwd: scratch.root, env: scratch.env };
    const floor = floorOf(own, finished, scratch);
    const noop = measure(
      [bareNode(place), ...contestants.map(noopCase), floor, newerCase(place, offline)],
      runs,
      progress,
    );
    const cold = measure([bareNode(place), ...contestants.map(coldCase)], runs, progress);
    return [
      {
        title: "50 servers on 5 clients, nothing to do",
        about: ABOUT,
        rows: [...toRows(noop, goalsOf(noop, contestants)), ...missing],
      },
      {
        title: "50 servers on 5 clients, cold: no client file yet, nothing remembered",
        rows: [...toRows(cold, goalsOf(cold, contestants)), ...missing],
      },
    ];
  } finally {
    scratch.remove();
  }
}

const ABOUT = [
  `Project files of ${CLIENTS.join(", ")}. Every tool gets the same servers; atk and every peer run to their own end of work.`,
  "Goal: faster than every peer that reads as much, in the same run.",
];

/** atk as a contestant like the others. */
function atkTool(atk) {
  const { program, args } = atk.command([], {});
  return {
    id: "atk",
    name: "atk apply --yes",
    does: "reads every client file, compares every entry, writes what differs in one transaction",
    prepare: () => ({ program, args }),
    files: (list, clients) => ({ "atk.yaml": serversManifest(list, clients) }),
    applyArgs: ["apply", "--yes"],
  };
}

/** A project of its own for a tool, set up and applied once, with a copy from before the apply to start cold from. */
function wire(peer, scratch, { finished, offline }) {
  const { program, args } = peer.prepare({ offline });
  const root = join(scratch.root, peer.id);
  const directory = join(root, "project");
  const home = join(root, "home");
  mkdirSync(home, { recursive: true });
  const env = { ...scratch.env, HOME: home, USERPROFILE: home, ...peer.env };
  const command = (words) => ({ program, args: [...args, ...words], cwd: directory, env });
  writeFiles(directory, peer.files(SERVERS, CLIENTS, { directory, finished }));
  for (const words of peer.setUpArgs ?? []) runCommand(command(words));
  const pristine = join(scratch.root, `${peer.id}-cold`);
  cpSync(root, pristine, { recursive: true, verbatimSymlinks: true });
  runCommand(command(peer.applyArgs));
  return { peer, root, directory, pristine, command, wrote: countEntries(directory) };
}

/** Client files with all the servers in them: that a tool is fast because it did less must show. */
function countEntries(directory) {
  const texts = Object.values(clientFiles(directory));
  return texts.filter((text) => SERVERS.every(({ name }) => text.includes(name))).length;
}

function tryWire(peer, scratch, options) {
  try {
    return wire(peer, scratch, options);
  } catch (error) {
    return { peer, fault: error.message.split("\n")[0] };
  }
}

function clientFiles(directory) {
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && /\.(json|jsonc|toml)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => CLIENT_FILES.includes(relative(directory, path).replaceAll("\\", "/")));
  return Object.fromEntries(paths.map((path) => [relative(directory, path), readFileSync(path, "utf8")]));
}

const noopCase = ({ peer, command, wrote }) => ({
  name: peer.name,
  note: `${wrote} of ${CLIENTS.length} client files; ${peer.does}`,
  command: command(peer.checkArgs ?? peer.applyArgs),
});

const coldCase = ({ peer, command, root, pristine }) => ({
  name: peer.name,
  command: command(peer.applyArgs),
  before() {
    rmSync(root, { recursive: true, force: true });
    cpSync(pristine, root, { recursive: true, verbatimSymlinks: true });
  },
});

function floorOf({ directory }, finished, scratch) {
  const files = [join(directory, "atk.yaml"), ...Object.keys(finished).map((path) => join(directory, path))];
  const list = writeList(files, join(scratch.root, "floor.json"));
  const command = node([join(import.meta.dirname, "..", "floor.mjs"), list], { cwd: scratch.root, env: scratch.env });
  return { name: "floor: read and parse the same files", command };
}

const newerCase = (place, offline) => {
  const program = tryNewerNode(offline);
  const own = program === process.execPath;
  return {
    name: own ? "node -e 0 (again)" : "node -e 0 (the Node that rulesync runs on)",
    command: { program, args: ["-e", "0"], ...place },
  };
};

function tryNewerNode(offline) {
  try {
    return newerNode({ offline });
  } catch {
    return process.execPath;
  }
}

function goalsOf(measured, contestants) {
  const rivals = contestants.filter(({ peer }) => peer.readsAsMuch).map(({ peer }) => peer.name);
  const times = measured.filter(({ name }) => rivals.includes(name)).map(({ medianMs }) => medianMs);
  if (times.length === 0) return {};
  return {
    "atk apply --yes": (medianMs) => ({ goal: "ahead of rulesync and ruler", met: medianMs < Math.min(...times) }),
  };
}
