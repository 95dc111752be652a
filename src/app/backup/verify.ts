import { verifyBackup, type Stored } from "../../backup/read-backup.ts";
import { AtkError, type Problem } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { asProblem } from "../make-plan.ts";
import { secretKeyOf } from "./keys.ts";
import { readCatalogs } from "./list.ts";

export interface Verified {
  readonly name: string;
  readonly id: string;
  readonly target: string;
  readonly files: number;
  readonly problem?: { readonly code: string } & Problem;
}

export interface VerifyReport {
  readonly backups: readonly Verified[];
  /** Targets that cannot be asked, manifests that cannot be read. */
  readonly problems: readonly ({ readonly target: string; readonly code: string } & Problem)[];
}

export interface VerifyChoice {
  /** A name, an id or the end of one; undefined with `all`. */
  readonly word: string | undefined;
  readonly all: boolean;
  readonly from: readonly string[];
}

/** Reads backups as they lie on their targets, opens them and compares every digest. @throws AtkError E_USAGE, E_BACKUP for a word that fits none */
export async function verifyBackups({ word, all, from }: VerifyChoice, context: Context): Promise<VerifyReport> {
  if ((word === undefined) === !all)
    throw new AtkError("E_USAGE", all ? "--all and a name exclude each other" : "name a backup, or say --all", {
      hint: "atk backup list (names and ids)",
    });
  const { catalogs, problems } = await readCatalogs({ from }, context);
  const stored = catalogs.flatMap(({ catalog }) => catalog.backups);
  const chosen = stored.filter(
    ({ record }) => all || record.name === word || record.id === word || record.id.endsWith(`-${word}`),
  );
  const broken = catalogs.flatMap(({ target, catalog }) =>
    catalog.broken
      .filter(({ folder }) => all || folder.split("/").includes(word ?? ""))
      .map(({ fault }) => ({ target: target.name, ...asProblem(fault) })),
  );
  if (chosen.length + broken.length === 0 && !all && problems.length === 0)
    throw new AtkError("E_BACKUP", `there is no backup ${JSON.stringify(word)}`, { hint: "atk backup list" });
  const backups: Verified[] = [];
  for (const each of chosen) backups.push(await verifyOne(each, context));
  return { backups, problems: [...problems, ...broken] };
}

async function verifyOne(stored: Stored, context: Context): Promise<Verified> {
  const { name, id, files } = stored.record;
  const known = { name, id, target: stored.target.name, files };
  try {
    await context.step(`Verify ${name} ${id} in ${stored.target.name}`, () =>
      verifyBackup(stored, secretKeyOf(context)),
    );
    return known;
  } catch (error) {
    if (error instanceof AtkError && error.code !== "E_INTERRUPTED") return { ...known, problem: asProblem(error) };
    throw error;
  }
}
