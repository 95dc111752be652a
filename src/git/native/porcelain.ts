import { records } from "./run-git.ts";

/** What `git status --porcelain=v2 --branch -z` says, parsed. Format: git-status(1). */
export interface Porcelain {
  readonly branch?: string;
  readonly commit?: string;
  readonly upstream?: string;
  readonly ahead?: number;
  readonly behind?: number;
  readonly entries: readonly StatusEntry[];
}

export type StatusEntry =
  | { readonly type: "untracked"; readonly path: string }
  | {
      readonly type: "changed" | "unmerged";
      readonly path: string;
      /** Change from HEAD to the index, and from the index to the working tree; "." is none. */
      readonly staged: string;
      readonly unstaged: string;
      readonly submodule: boolean;
    };

/** Renames must be switched off (`--no-renames`): a renamed entry has two records. */
export function parsePorcelain(output: string): Porcelain {
  const all = records(output);
  const header = new Map(all.filter((line) => line.startsWith("# ")).map(headerField));
  return { ...branchOf(header), ...distanceOf(header.get("branch.ab")), entries: all.flatMap(entryOf) };
}

function headerField(line: string): [string, string] {
  const end = line.indexOf(" ", 2);
  return [line.slice(2, end), line.slice(end + 1)];
}

function branchOf(header: ReadonlyMap<string, string>): Pick<Porcelain, "branch" | "commit" | "upstream"> {
  const branch = header.get("branch.head");
  const commit = header.get("branch.oid");
  const upstream = header.get("branch.upstream");
  return {
    ...(branch === undefined || branch === "(detached)" ? {} : { branch }),
    ...(commit === undefined || commit === "(initial)" ? {} : { commit }),
    ...(upstream === undefined ? {} : { upstream }),
  };
}

function distanceOf(text: string | undefined): { readonly ahead?: number; readonly behind?: number } {
  const found = /^\+(\d+) -(\d+)$/.exec(text ?? "");
  return found === null ? {} : { ahead: Number(found[1]), behind: Number(found[2]) };
}

/** Fields before the path: `1` has 8, `u` has 10; the path may hold spaces. */
const FIELDS_BEFORE_PATH: Readonly<Record<string, number>> = { "1": 8, u: 10 };

function entryOf(line: string): readonly StatusEntry[] {
  if (line.startsWith("? ")) return [{ type: "untracked", path: line.slice(2) }];
  const before = FIELDS_BEFORE_PATH[line[0] ?? ""];
  if (before === undefined || line[1] !== " ") return [];
  const fields = line.split(" ");
  const states = fields[1] ?? "..";
  return [
    {
      type: line[0] === "u" ? "unmerged" : "changed",
      path: fields.slice(before).join(" "),
      staged: states[0] ?? ".",
      unstaged: states[1] ?? ".",
      submodule: fields[2]?.startsWith("S") === true,
    },
  ];
}
