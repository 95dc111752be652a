import { backupsStanding, type BackupStanding } from "../../backup/backup-standing.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

export const backups: Check = {
  id: "backups",
  title: "Backups",
  about: "manifest",
  async examine({ context }) {
    const standing = await backupsStanding(context);
    if (standing === undefined) return [];
    const detail = "a backup or a restore was stopped half way; the next one finishes it";
    const left: readonly Answer[] = standing.interrupted
      ? [{ state: "problem", detail, fix: "atk backup create --all" }]
      : [];
    return [...left, ...standing.backups.map((each) => judgeBackup(each, context.host.now()))];
  },
};

/** A backup that was never restored is a hope. */
const PROVEN_MS = 90 * 24 * 60 * 60 * 1000;

export function judgeBackup({ name, schedule, last, overdue, proven, failed }: BackupStanding, now: Date): Answer {
  const fix = `atk backup create ${name}`;
  if (failed !== undefined)
    return { subject: name, state: "problem", detail: `the last attempt failed: ${failed}`, fix };
  if (overdue) {
    const since = last === undefined ? "none was made here yet" : `the last is from ${last.slice(0, 16)}Z`;
    return { subject: name, state: "warning", detail: `overdue: ${schedule}, and ${since}`, fix };
  }
  if (last === undefined) return { subject: name, state: "info", detail: "none was made here yet", fix };
  const said = `the last is from ${last.slice(0, 16)}Z`;
  if (proven !== undefined && now.getTime() - Date.parse(proven.at) < PROVEN_MS)
    return { subject: name, state: "ok", detail: `${said}, proven ${proven.at.slice(0, 10)}` };
  const drill = `atk backup drill ${name}`;
  return { subject: name, state: "info", detail: `${said}; no drill has proven one within 90 days`, fix: drill };
}
