import { wordsIn } from "./words-in.ts";
import { readContainer } from "./read-container.ts";

/** Which of the words names what is fetched, and what stands before the name in it (`--from=`). */
interface Named {
  readonly at: number;
  readonly prefix: string;
}

/** What a command fetches and then runs, as far as its words tell. */
export type Fetched =
  | FetchedPackage
  | ({
      readonly type: "image";
      /** As it is written, tag and digest included. */
      readonly image: string;
    } & Named)
  | {
      /** It fetches something that no lock can name. */
      readonly type: "unclear";
      readonly reason: string;
    };

export type FetchedPackage = Named & {
  readonly type: "npm" | "pypi";
  /** A package of PyPI with its extras: `mcp-server[cli]`. */
  readonly package: string;
  /** npm: version, range or tag, "latest" where none is written. PyPI: `==1.2.3`, `>=1,<2`, "" where none is written. */
  readonly range: string;
  /** The program of the package that is named apart from it. */
  readonly bin?: string;
  /** How many of the words are the runner's own; what follows is for the server. */
  readonly own: number;
};

/** What the words of a command fetch each time they are run; undefined when they fetch nothing. Pure. */
export function readCommand(words: readonly string[]): Fetched | undefined {
  const [command = "", ...args] = words;
  const runner = command.replace(/^.*[\\/]/, "").replace(/\.(cmd|exe)$/i, "");
  const first = args[0] ?? "";
  if (runner === "npx" || runner === "bunx" || runner === "pnpx") return readNpm(words, 1, runner);
  if (runner === "npm" && (first === "exec" || first === "x")) return readNpm(words, 2, "npm exec");
  if ((runner === "pnpm" || runner === "yarn") && first === "dlx") return readNpm(words, 2, `${runner} dlx`);
  if (runner === "bun" && first === "x") return readNpm(words, 2, "bun x");
  if (runner === "uvx") return readPypi(words, 1, "uvx");
  if (runner === "uv" && first === "tool" && args[1] === "run") return readPypi(words, 3, "uv tool run");
  if (runner === "pipx" && first === "run") return readPypi(words, 2, "pipx run");
  if (runner === "docker" || runner === "podman") return readContainer(words, runner);
  return STARTERS.has(runner) ? readStarter(words, runner) : undefined;
}

/** Programs that start another one, which is among their words. */
const STARTERS: ReadonlySet<string> = wordsIn(`
  sh bash dash zsh fish ksh busybox cmd powershell pwsh env exec nice nohup setsid stdbuf sudo time timeout xargs
`);
const FETCHERS =
  /(?:^|[\s;&|('"`/\\])(npx|bunx|pnpx|uvx|pipx|npm exec|npm x|pnpm dlx|yarn dlx|bun x|uv tool run|(?:docker|podman) run)(?:\.cmd|\.exe)?(?=$|[\s;&|)'"`])/;

function readStarter(words: readonly string[], runner: string): Fetched | undefined {
  const fetcher = FETCHERS.exec(words.slice(1).join(" "))?.[1];
  return fetcher === undefined ? undefined : unclear(`${runner} starts ${fetcher} in its own way`);
}

const NPM_VALUES: ReadonlySet<string> = new Set(["--registry", "--cache", "--userconfig", "--loglevel", "-w"]);
const NPM_PACKAGE = /^(?:-p|--package)(?:=(.*))?$/s;
const NPM_SHELL = /^(?:-c|--call|--shell-mode)(?:=|$)/;

function readNpm(words: readonly string[], from: number, runner: string): Fetched {
  const packages: Spec[] = [];
  for (let at = from; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const named = NPM_PACKAGE.exec(word);
    if (NPM_SHELL.test(word)) return unclear(`${runner} ${word} runs a line of a shell`);
    if (named !== null) packages.push(specOf(words, named[1] === undefined ? (at += 1) : at, named[1]));
    else if (NPM_VALUES.has(word)) at += 1;
    else if (word === "--" || !word.startsWith("-")) return npmAt(words, word === "--" ? at + 1 : at, packages, runner);
  }
  return unclear(`${runner} is given no package`);
}

interface Spec extends Named {
  readonly text: string;
}

/** The word at a place, or the end of it. */
function specOf(words: readonly string[], at: number, end?: string): Spec {
  const word = words[at] ?? "";
  return { at, text: end ?? word, prefix: end === undefined ? "" : word.slice(0, word.length - end.length) };
}

function npmAt(words: readonly string[], at: number, packages: readonly Spec[], runner: string): Fetched {
  const word = words[at];
  const [first, second] = packages;
  if (second !== undefined) return unclear(`${runner} is given several packages`);
  if (word === undefined) return unclear(`${runner} is given no package`);
  const { text: spec, ...named } = first ?? specOf(words, at);
  const found = /^((?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*)(?:@([\w^~<>=|*.+ -]+))?$/i.exec(spec);
  if (found === null || /\.(tgz|tar|tar\.gz)$/i.test(spec))
    return unclear(`${runner} ${spec} names no package of a registry`);
  const [, name = "", range = "latest"] = found;
  // `npm exec PACKAGE -- --flag`: the dashes are npm's own.
  const own = runner === "npm exec" && words[at + 1] === "--" ? at + 2 : at + 1;
  return { type: "npm", package: name, range, ...(first === undefined ? {} : { bin: word }), own, ...named };
}

const PYPI_VALUES: ReadonlySet<string> = wordsIn(`
  --python -p --index --index-url -i --default-index --extra-index-url --find-links -f
  --cache-dir --directory --project --config-file --color --index-strategy --refresh-package
  --env-file --exclude-newer --link-mode --prerelease --resolution --python-preference --pip-args
`);
const PYPI_MORE = /^(?:--with|--with-editable|--with-requirements|-w|--overrides|--constraints|-c)(?:=|$)/;
const PYPI_FROM = /^(?:--from|--spec)(?:=(.*))?$/s;

function readPypi(words: readonly string[], from: number, runner: string): Fetched {
  let source: Spec | undefined;
  for (let at = from; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const named = PYPI_FROM.exec(word);
    if (PYPI_MORE.test(word)) return unclear(`${runner} ${word} adds packages of its own`);
    if (named !== null) source = specOf(words, named[1] === undefined ? (at += 1) : at, named[1]);
    else if (PYPI_VALUES.has(word)) at += 1;
    else if (word !== "--" && !word.startsWith("-")) return pypiAt(words, at, source, runner);
  }
  return unclear(`${runner} is given no package`);
}

function pypiAt(words: readonly string[], at: number, source: Spec | undefined, runner: string): Fetched {
  const { text: spec, ...place } = source ?? specOf(words, at);
  const found = /^([a-z0-9][\w.-]*(?:\[[\w.,-]+\])?)(?:@([\w.+!-]+)|((?:[<>=!~]=?|===).+))?$/i.exec(spec);
  if (found === null) return unclear(`${runner} ${spec} names no package of an index`);
  const [, name = "", version, range = ""] = found;
  const bin = source === undefined ? {} : { bin: words[at] ?? "" };
  return { type: "pypi", package: name, range: atVersion(version) ?? range, ...bin, own: at + 1, ...place };
}

/** `uvx ruff@0.3.0` is `==0.3.0`, `ruff@latest` is whatever there is. */
function atVersion(version: string | undefined): string | undefined {
  if (version === undefined) return undefined;
  return version === "latest" ? "" : `==${version}`;
}

function unclear(reason: string): Fetched {
  return { type: "unclear", reason };
}
