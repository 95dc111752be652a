import type { ImportEntry } from "../app/import/import-entry.ts";
import type { LeftAlone } from "../app/import/left-alone.ts";
import type { Proposal } from "../app/import/propose.ts";
import type { Context } from "../app/context.ts";
import { lineDiff } from "./line-diff.ts";
import { printable, type Paint } from "./paint.ts";

/** What was found, what of it is proposed, and the manifest's lines. Holds no secret. */
export function showProposal(proposal: Proposal, { workspace, host }: Context, paint: Paint): string {
  const { entries, left, managed, before, after } = proposal;
  const short = (path: string): string => shortPath(path, host.machine.homeDirectory);
  const lines = [
    ...entries.flatMap((entry) => showEntry(entry, short, paint)),
    ...(left.length === 0 ? [] : ["", "Left alone:", ...left.flatMap((each) => showLeft(each, short, paint))]),
    ...(managed === 0 ? [] : ["", `${managed} managed already.`]),
  ];
  if (entries.length === 0) return lines.join("\n").trimStart();
  const diff = lineDiff(before, after).map((line) => `  ${painted(printable(line), paint)}`);
  return [...lines, "", `${short(workspace.manifestFile)} would get:`, ...diff].join("\n");
}

function showEntry(
  { noun, name, agents, files, secrets, copyFrom }: ImportEntry,
  short: Shorten,
  paint: Paint,
): readonly string[] {
  const head = `  ${paint("cyan", "=")} ${noun} ${printable(name)} -> ${agents.join(", ")}  ${files.map(short).join(", ")}${copyFrom === undefined ? "" : COPIED}`;
  const marks = secrets.map((secret) => {
    return `      ${paint("magenta", "!")} ${printable(secret.variable)} is a secret in clear: into the home's store as ${secret.name}, encrypted; the file stays as it is`;
  });
  return [head, ...marks];
}

function showLeft(
  { noun, name, agents, file, reason, next, hasSecret }: LeftAlone,
  short: Shorten,
  paint: Paint,
): readonly string[] {
  const secret = hasSecret === true ? " (it holds a secret in clear)" : "";
  const title = name === file ? short(file) : `${printable(name)} -> ${agents.join(", ")}  ${short(file)}`;
  const lines = [`  ${paint("dim", "-")} ${noun} ${title}${secret}`, `      ${printable(short(reason))}`];
  return next === undefined ? lines : [...lines, `      ${paint("cyan", "next:")} ${printable(next)}`];
}

type Shorten = (path: string) => string;

function shortPath(path: string, home: string): string {
  return printable(path.replaceAll(`${home}/`, "~/"));
}

function painted(line: string, paint: Paint): string {
  if (line.startsWith("+")) return paint("green", line);
  return line.startsWith("-") ? paint("red", line) : line;
}

const COPIED = " (a copy goes beside the manifest, and rules from then on)";
