import type { HomeRepository } from "./home-repository.ts";

interface Far {
  readonly remote: string;
  readonly branch: string;
}

/** What was last taken in from there, or pushed there; git's own remote-tracking branch moves with every fetch. */
const seenRef = ({ remote, branch }: Far): string => `refs/atk/seen/${remote}/${branch}`;

/** The remote's commit that this home last was in step with; before the first sync, what git knew of the remote. */
export async function readSeen(
  { git }: HomeRepository,
  far: Far & { readonly before?: string },
): Promise<string | undefined> {
  return (await git.readRef(seenRef(far))) ?? far.before;
}

export async function writeSeen({ git }: HomeRepository, far: Far, commit: string): Promise<void> {
  if ((await git.readRef(seenRef(far))) !== commit) await git.writeRef(seenRef(far), commit);
}

const KEPT = "refs/atk/before-sync/";
const MOST_KEPT = 30;

/** Keeps a commit under a name with the time, so that git never forgets it; the oldest names go. Gives the name. */
export async function keepBefore({ git }: HomeRepository, commit: string, now: Date): Promise<string> {
  const name = `${KEPT}${now.toISOString().replaceAll(/[-:]|\.\d+/g, "")}-${commit.slice(0, 7)}`;
  await git.writeRef(name, commit);
  const names = await git.listRefs(KEPT);
  for (const old of names.slice(0, Math.max(0, names.length - MOST_KEPT))) await git.writeRef(old, undefined);
  return name;
}
