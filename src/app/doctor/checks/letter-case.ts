import { basename, dirname, join } from "node:path";
import type { Check } from "../check.ts";

/** On such a disk two files whose names differ only in letter case are one. */
export const letterCase: Check = {
  id: "letter-case",
  title: "Letter case",
  about: "home",
  async examine({ host, workspace }) {
    const { manifestFile } = workspace;
    const other = join(dirname(manifestFile), basename(manifestFile).toUpperCase());
    const [one, two] = await Promise.all([host.files.stat(manifestFile), host.files.stat(other)]);
    if (one === undefined || two === undefined || one.inode !== two.inode) return [];
    const detail = `${dirname(manifestFile)} takes names that differ only in letter case for the same`;
    return [{ state: "info", detail }];
  },
};
