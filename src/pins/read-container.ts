import { wordsIn } from "./words-in.ts";
import type { Fetched } from "./read-command.ts";

/** Options of `run` without a value; every other one takes the next word. (docker run --help, podman run --help) */
const SWITCHES: ReadonlySet<string> = wordsIn(`
  --detach --disable-content-trust --help --init --interactive --no-healthcheck --no-hosts
  --oom-kill-disable --privileged --publish-all --quiet --read-only --replace --rm --rmi
  --sig-proxy --tls-verify --tty --use-api-socket
`);
const SHORT_SWITCHES = "dhiPqt";

/** The image of `docker run` or `podman run`; undefined for their other commands. */
export function readContainer(words: readonly string[], runner: string): Fetched | undefined {
  const run = words[1] === "container" ? 2 : 1;
  if (words[run] !== "run") return undefined;
  for (let at = run + 1; at < words.length; at += 1) {
    const word = words[at] ?? "";
    if (!word.startsWith("-")) return imageAt(word, at, runner);
    if (takesNext(word)) at += 1;
  }
  return { type: "unclear", reason: `${runner} run is given no image` };
}

function takesNext(word: string): boolean {
  if (word === "--") return false;
  if (word.startsWith("--")) return !word.includes("=") && !SWITCHES.has(word);
  // `-it`, `-eNAME`, `-ie NAME`
  const value = [...word].findIndex((letter, at) => at > 0 && !SHORT_SWITCHES.includes(letter));
  return value !== -1 && value === word.length - 1;
}

function imageAt(image: string, at: number, runner: string): Fetched {
  if (/^[a-z0-9][\w.:/-]*(@sha256:[0-9a-f]{64})?$/i.test(image)) return { type: "image", image, at, prefix: "" };
  return { type: "unclear", reason: `${runner} ${image} names no image of a registry` };
}
