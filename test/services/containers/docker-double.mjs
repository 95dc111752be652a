/**
 * Stands for docker, podman, docker-compose and podman-compose where no containers can run: it keeps them in the JSON file that
 * DOUBLE_STATE names, and reads its command line, answers and refuses as the real programs do. Called as: node docker-double.mjs PROGRAM ARGS.
 */
import { compose, composeVersion } from "./double/compose.mjs";
import { COMMANDS } from "./double/engine.mjs";
import { UsageError } from "./double/flags.mjs";
import { change, read, Refusal } from "./double/state.mjs";

const [program, ...argv] = process.argv.slice(2);
const SOCKET = "unix:///var/run/docker.sock";

/** `down` and `denied` are those of clients up to 28, the others those of 29. */
const WORDS = {
  down: `Cannot connect to the Docker daemon at ${SOCKET}. Is the docker daemon running?`,
  denied: `permission denied while trying to connect to the Docker daemon socket at ${SOCKET}: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.50/containers/json": dial unix /var/run/docker.sock: connect: permission denied`,
  "down in 29": `failed to connect to the docker API at ${SOCKET}; check if the path is correct and if the daemon is running: dial unix /var/run/docker.sock: connect: no such file or directory`,
  "denied in 29": `permission denied while trying to connect to the docker API at ${SOCKET}`,
};

change((state) => {
  state.calls.push([program, ...argv]);
  const leaked = state.secrets.find((secret) => [program, ...argv].some((word) => word.includes(secret)));
  if (leaked !== undefined) state.leaks.push([program, ...argv]);
});

try {
  await main();
} catch (error) {
  if (!(error instanceof Refusal) && !(error instanceof UsageError)) throw error;
  process.stderr.write(
    `${error instanceof UsageError || error.from === "bare" ? error.message : daemonWords(error.message)}\n`,
  );
  process.exitCode = error.exitCode;
}

async function main() {
  const { daemon, plugin } = read();
  if (daemon === "hangs") return void setInterval(() => {}, 1_000);
  const isCompose = argv[0] === "compose" || program.endsWith("-compose");
  if (isCompose && program === "docker" && plugin === "none") return noPlugin();
  const words = program.endsWith("-compose") ? argv : argv.slice(1);
  if (isCompose && words[0] === "version") return void process.stdout.write(composeVersion(program, words));
  refuseWithoutDaemon(daemon);
  if (isCompose) return compose(program, words);
  const [name = "", ...rest] = argv;
  const command = COMMANDS[name];
  if (command === undefined)
    throw new UsageError(`docker: unknown command: docker ${name}\n\nRun 'docker --help' for more information`, 1);
  await command(rest, program);
}

/** Without the plugin, the first option after `compose` is what the client stumbles over. (client 28.2) */
function noPlugin() {
  const option = argv.slice(1).find((word) => word.startsWith("-"));
  if (option === undefined)
    throw new UsageError("docker: unknown command: docker compose\n\nRun 'docker --help' for more information", 1);
  throw new UsageError(`unknown flag: ${option}\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]`, 125);
}

function refuseWithoutDaemon(daemon) {
  if (daemon === "up") return;
  if (program.startsWith("podman"))
    throw new UsageError(
      "Cannot connect to Podman. Please verify your connection to the Linux system using `podman system connection list`, or try `podman machine init` and `podman machine start` to manage a new Linux VM\nError: unable to connect to Podman socket: failed to connect: dial tcp 127.0.0.1:63733: connect: connection refused",
      125,
    );
  const before = argv[0] === "run" ? "docker: " : "";
  const after = argv[0] === "run" ? "\n\nRun 'docker run --help' for more information" : "";
  throw new UsageError(`${before}${WORDS[daemon]}${after}`, argv[0] === "run" ? 125 : 1);
}

function daemonWords(message) {
  if (program.startsWith("podman")) return `Error: ${message}`;
  if (argv[0] !== "run") return `Error response from daemon: ${message}`;
  return `docker: Error response from daemon: ${message}\n\nRun 'docker run --help' for more information`;
}
