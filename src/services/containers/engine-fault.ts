import { AtkError } from "../../core/errors.ts";
import type { Platform, RunResult } from "../../core/host.ts";
import type { ServiceSpec } from "../service.ts";
import { lastWords } from "./last-words.ts";

export interface FailedCall {
  readonly spec: Pick<ServiceSpec, "plugin" | "env">;
  readonly failed: string;
  readonly hint: string;
  readonly program: string;
  readonly result: RunResult;
  readonly platform: Platform;
}

/** The error for a call that failed: what was tried, the program's last lines without values of variables, and the next step. */
export function engineFault({ spec, failed, hint, program, result, platform }: FailedCall): AtkError {
  const words = lastWords(result.stderr.trim() === "" ? result.stdout : result.stderr, spec.env);
  const known = KNOWN.find(({ says }) => says.test(result.stderr));
  const why = known?.why ?? `${program} ${outcome(result)}`;
  const said = words.map((line) => `\n  ${line}`).join("");
  return new AtkError("E_SERVICE", `${spec.plugin} ${failed}: ${why}${said}`, {
    hint: known?.hint(platform) ?? hint,
  });
}

function outcome({ timedOut, exitCode }: RunResult): string {
  if (timedOut) return "did not answer";
  return exitCode === 0 ? "did not do it" : `ended with ${exitCode}`;
}

interface KnownFault {
  readonly says: RegExp;
  readonly why: string;
  readonly hint: (platform: Platform) => string;
}

/**
 * The words of Docker's clients up to 28 and of 29, which calls it "the docker API". (docker/for-linux#1020, and
 * launchdarkly/find-code-references#65 and chrisjbawden/cockpit-dockermanager#37 for 29; for Podman containers/podman#20424, and
 * containers/podman-compose#1398 for docker-compose on Podman's socket)
 */
const KNOWN: readonly KnownFault[] = [
  {
    says: /permission denied while trying to connect to the docker (daemon socket|API)/i,
    why: "this user may not use Docker",
    hint: () => "add yourself to the docker group: sudo usermod -aG docker $USER, then log in again",
  },
  {
    says: /Cannot connect to the Docker daemon at \S*podman|(Cannot|unable to) connect to Podman/i,
    why: "Podman is not running",
    hint: (platform) =>
      `start Podman: ${platform === "linux" ? "systemctl --user start podman.socket" : "podman machine start"}`,
  },
  {
    says: /Cannot connect to the Docker daemon|failed to connect to the docker API|error during connect/i,
    why: "Docker is not running",
    hint: (platform) =>
      `start Docker${platform === "linux" ? ": sudo systemctl start docker" : " Desktop"}, then try again`,
  },
  {
    says: /port is already allocated|address already in use|ports are not available/i,
    why: "a port is taken by another program",
    hint: () => "stop the other program, or give the plugin another port",
  },
  {
    says: /short-name \S+ did not resolve/i,
    why: "Podman does not know where the image comes from",
    hint: () => "write the image with its registry, as in docker.io/library/redis:7",
  },
  {
    says: /pull access denied|manifest unknown|manifest for \S+ not found|repository does not exist/i,
    why: "the image cannot be had",
    hint: () => "check the name of the image; for a private one: docker login",
  },
];
