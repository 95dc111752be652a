import { parse } from "dotenv";
import { AtkError, type Problem } from "../core/errors.ts";
import { readLines, type Assignment } from "./dotenv-lines.ts";
import { spellings } from "./dotenv-values.ts";
import { BOM, lineEnding } from "./text.ts";

export interface DotenvEntry {
  readonly name: string;
  /** As written: `$NAME` in it means just these characters. */
  readonly value: string;
  /** 1-based. */
  readonly line: number;
}

export interface Dotenv {
  /** In the order of the file; of a name that is there twice the last one counts. */
  readonly entries: readonly DotenvEntry[];
  /** Lines that a reader ignores or that readers understand differently. None quotes the line: it may hold a secret. */
  readonly problems: readonly Problem[];
}

export interface DotenvEdit {
  readonly set?: Readonly<Record<string, string>>;
  readonly unset?: readonly string[];
  /** Comment lines to put above names that are new in the file. */
  readonly describe?: Readonly<Record<string, string>>;
}

/** The variables of an environment file, without interpolation. Broken lines are problems and hide no other line. */
export function parseDotenv(text: string, file: string): Dotenv {
  const body = withoutBom(text);
  const { assignments, unknown } = readLines(body);
  const problems: Problem[] = unknown.map((line) => ({
    message: "this line is not NAME=value, so it is ignored",
    at: { file, line },
  }));
  const lines = new Map<string, number>();
  const truth = variablesOf(body);
  for (const { name, value, line } of assignments) {
    const first = lines.get(name);
    if (first !== undefined)
      problems.push({
        message: `${name} is set again (first in line ${first}); the last one counts`,
        at: { file, line },
      });
    else lines.set(name, line);
    if (isLast(assignments, name, line) && truth.get(name) !== value) problems.push(ambiguous(name, { file, line }));
  }
  return { entries: assignments.map(({ name, value, line }) => ({ name, value, line })), problems };
}

/**
 * The text with variables set and taken away; every other byte stays (comments, order, `export`, line endings, byte order mark).
 * A new variable is appended; one that is there keeps its line and the comment behind it; an equal value changes no byte.
 * Every step is read back with the `dotenv` package and must change just that variable.
 * @throws AtkError E_NAME for a name that is none; E_ENV when no spelling of a value reads back as the value. Neither quotes a value.
 */
export function editDotenv(text: string, { set = {}, unset = [], describe = {} }: DotenvEdit): string {
  const body = withoutBom(text);
  const descriptions = new Map(Object.entries(describe));
  let edited = body;
  for (const name of unset) edited = unsetOne(edited, name);
  for (const [name, value] of Object.entries(set))
    edited = setOne(edited, { name, value, description: descriptions.get(name) });
  return body.length === text.length ? edited : BOM + edited;
}

function withoutBom(text: string): string {
  return text.startsWith(BOM) ? text.slice(BOM.length) : text;
}

function variablesOf(text: string): Map<string, string> {
  return new Map(Object.entries(parse(text)));
}

function isLast(assignments: readonly Assignment[], name: string, line: number): boolean {
  return assignments.findLast((other) => other.name === name)?.line === line;
}

function ambiguous(name: string, at: Problem["at"] & object): Problem {
  return {
    message: `${name} is written so that programs read it differently`,
    at,
    hint: `put the value of ${name} in quotes on one line`,
  };
}

interface Setting {
  readonly name: string;
  readonly value: string;
  readonly description: string | undefined;
}

function setOne(text: string, setting: Setting): string {
  const { name, value } = setting;
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) {
    throw new AtkError(
      "E_NAME",
      `cannot set ${JSON.stringify(name)}: a variable is a letter or _, then letters, digits and _`,
    );
  }
  const before = variablesOf(text);
  if (before.get(name) === value) return text;
  const wanted = new Map(before).set(name, value);
  const there = readLines(text).assignments.findLast((assignment) => assignment.name === name);
  for (const spelling of spellings(value, lineEnding(text))) {
    const changed = there === undefined ? appended(text, setting, spelling) : replaced(text, there, spelling);
    if (sameVariables(variablesOf(changed), wanted)) return changed;
  }
  throw new AtkError(
    "E_ENV",
    `cannot write the value of ${name}: no spelling in an environment file reads back as that value`,
    {
      hint: `give ${name} a value without mixed quotes, or set it in the environment`,
    },
  );
}

function replaced(text: string, { valueStart, valueEnd }: Assignment, spelling: string): string {
  return text.slice(0, valueStart) + spelling + text.slice(valueEnd);
}

/** The last line has a line ending only if the text had one, so that unsetting gives the same bytes back. */
function appended(text: string, { name, description }: Setting, spelling: string): string {
  const eol = lineEnding(text);
  const comment = description === undefined ? "" : `# ${description.trim().replace(/\s+/g, " ")}${eol}`;
  const lines = `${comment}${name}=${spelling}`;
  return text === "" || /[\r\n]$/.test(text) ? `${text}${lines}${eol}` : `${text}${eol}${lines}`;
}

function unsetOne(text: string, name: string): string {
  const gone = readLines(text).assignments.filter((assignment) => assignment.name === name);
  if (gone.length === 0) return text;
  const wanted = variablesOf(text);
  wanted.delete(name);
  const changed = gone.reduceRight((left, assignment) => withoutLines(left, assignment), text);
  if (sameVariables(variablesOf(changed), wanted)) return changed;
  const line = gone[0]?.line ?? 1;
  throw new AtkError("E_ENV", `cannot take ${name} out (line ${line}): the lines around it would be read differently`, {
    hint: "put the values of the lines around it in quotes",
  });
}

function withoutLines(text: string, { start, next, end }: Assignment): string {
  const before = text.slice(0, start);
  const kept = end === next ? before.replace(/(\r\n|\n|\r)$/, "") : before;
  return kept + text.slice(next);
}

function sameVariables(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (b.get(name) !== value) return false;
  return true;
}
