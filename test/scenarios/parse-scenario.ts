/** What one line of a scenario asks for, with its line number for failures. */
export type Step =
  | {
      readonly type: "file" | "expect";
      readonly line: number;
      readonly path: string;
      readonly options: readonly string[];
      readonly content: string;
    }
  | {
      readonly type: "command";
      readonly line: number;
      readonly text: string;
      readonly exit: number;
      readonly stdout: Lines;
      readonly stderr: Lines;
    };

/** Lines that a stream has to show; undefined: whatever it shows. */
type Lines = readonly string[] | undefined;

export interface Scenario {
  readonly title: string;
  /** Why it is known not to hold; the scenario must fail then. */
  readonly knownBug: string | undefined;
  /** What it needs beside node and git, e.g. `npm`. */
  readonly needs: readonly string[];
  readonly steps: readonly Step[];
}

const BLOCK = /^-- (file|expect): (.+?)((?:, [^,]+)*) --$/;
const INDENT = "    ";

/** For the syntax see run-scenario.ts. */
export function parseScenario(text: string): Scenario {
  const lines = text.split("\n");
  const steps: Step[] = [];
  for (let at = 0; at < lines.length;) {
    const step = stepAt(lines, at);
    if (step !== undefined) steps.push(step.step);
    at = step?.next ?? at + 1;
  }
  const value = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  return {
    title: (lines[0] ?? "").replace(/^# /, ""),
    knownBug: value("known-bug"),
    needs: value("needs")?.split(", ") ?? [],
    steps,
  };
}

interface Found {
  readonly step: Step;
  readonly next: number;
}

function stepAt(lines: readonly string[], at: number): Found | undefined {
  const line = lines[at] ?? "";
  if (line.startsWith("$ ")) return commandAt(lines, at);
  const block = BLOCK.exec(line);
  if (block !== null) return blockAt(lines, at, block);
  if (line.startsWith("-- ")) throw new Error(`line ${at + 1} is no block: ${line}`);
  return undefined;
}

function blockAt(lines: readonly string[], at: number, [, type, path = "", options = ""]: RegExpExecArray): Found {
  let next = at + 1;
  while (next < lines.length && (lines[next]?.startsWith(INDENT) || lines[next] === "")) next += 1;
  const content = lines.slice(at + 1, next).map((line) => line.slice(INDENT.length));
  while (content.at(-1) === "") content.pop();
  const text = content.map((line) => `${line}\n`).join("");
  const named = options.split(", ").slice(1);
  return {
    next,
    step: {
      type: type === "file" ? "file" : "expect",
      line: at + 1,
      path,
      options: named,
      content: withOptions(text, named),
    },
  };
}

function withOptions(text: string, options: readonly string[]): string {
  const ended = options.includes("no final newline") ? text.slice(0, -1) : text;
  return options.includes("CRLF") ? ended.replaceAll("\n", "\r\n") : ended;
}

function commandAt(lines: readonly string[], at: number): Found {
  let next = at + 1;
  const take = (mark: string): Lines => {
    const taken: string[] = [];
    for (; lines[next] === mark || lines[next]?.startsWith(`${mark} `); next += 1)
      taken.push((lines[next] ?? "").slice(mark.length + 1));
    return taken.length === 0 ? undefined : taken;
  };
  const stdout = take(">");
  const stderr = take("2>");
  const exit = /^exit (\d+)$/.exec(lines[next] ?? "")?.[1];
  if (exit !== undefined) next += 1;
  return {
    next,
    step: { type: "command", line: at + 1, text: (lines[at] ?? "").slice(2), exit: Number(exit ?? 0), stdout, stderr },
  };
}
