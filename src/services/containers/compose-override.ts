import { OVERRIDE_FILE } from "./compose-file.ts";

export interface ComposePresence {
  /** The plugin's compose file, relative to its folder. */
  readonly composeFile: string;
  /** Whether the user has changes of his own: custom/docker-compose.override.yml. */
  readonly override: boolean;
}

/**
 * A plugin's shell line with the user's override given to every `docker compose` in it: `-f docker-compose.yml -f custom/...` right after it, or
 * only the override after the files that the line names itself. Also for `docker-compose`, with variables before it, and after `&&`, `||`, `;`, `|`.
 *
 * Left as it is: a line without an override file, what is quoted, in brackets or after `if`, what comes after a `cd` (the paths would be others), and
 * `docker --context x compose` or `sudo docker compose`, which say that they mean something else than usual.
 */
export function withComposeOverride(line: string, { composeFile, override }: ComposePresence): string {
  if (!override) return line;
  let moved = false;
  return splitCommands(line)
    .map((command) => {
      moved ||= /^\s*(cd|pushd|popd)\b/.test(command);
      return moved ? command : insertFiles(command, composeFile);
    })
    .join("");
}

const COMPOSE =
  /^(\s*(?:[A-Za-z_]\w*=(?:[^\s'"$`\\]*|"[^"$`\\]*"|'[^']*')\s+)*(?:docker[ \t]+compose|docker-compose))(?=\s|$)/;
/** Global options with a value of their own. (docker compose --help) */
const WITH_VALUE = /^(?:-p|--project-name|--project-directory|--profile|--env-file|--ansi|--progress|--parallel)$/;

function insertFiles(command: string, composeFile: string): string {
  const head = COMPOSE.exec(command)?.[1];
  if (head === undefined) return command;
  const rest = command.slice(head.length);
  const named = endOfNamedFiles(rest);
  const override = ` -f ${OVERRIDE_FILE}`;
  if (named > 0) return head + rest.slice(0, named) + override + rest.slice(named);
  return `${head} -f ${quote(composeFile)}${override}${rest}`;
}

/** Where the last `-f FILE` before the subcommand ends; 0 when there is none. `-f` after it is an option of the subcommand: `logs -f`. */
function endOfNamedFiles(rest: string): number {
  let end = 0;
  let awaits: "file" | "value" | undefined;
  for (const { 0: word, index } of rest.matchAll(/(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g)) {
    if (awaits === undefined && !word.startsWith("-")) return end;
    if (awaits === "file" || (awaits === undefined && /^(?:--file=|-f[^\s])/.test(word))) end = index + word.length;
    awaits = awaits === undefined ? awaited(word) : undefined;
  }
  return end;
}

function awaited(word: string): "file" | "value" | undefined {
  if (word === "-f" || word === "--file") return "file";
  return WITH_VALUE.test(word) ? "value" : undefined;
}

/** The commands of a line, each with what stands between it and the next one at its end. Quoted and bracketed text is never split. */
function splitCommands(line: string): readonly string[] {
  const commands: string[] = [];
  let start = 0;
  let depth = 0;
  for (const { 0: token, index } of line.matchAll(
    /\\[\s\S]|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|(?<![^\s;|&])#.*|[({]|[)}]|&&|\|\||[;|&\n]/g,
  )) {
    if (token === "(" || token === "{") depth += 1;
    else if (token === ")" || token === "}") depth -= 1;
    else if (depth === 0 && /^[;|&\n]/.test(token)) {
      commands.push(line.slice(start, index + token.length));
      start = index + token.length;
    }
  }
  return [...commands, line.slice(start)];
}

function quote(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
