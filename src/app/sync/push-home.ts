import type { Context } from "../context.ts";
import type { HomeRepository } from "./home-repository.ts";
import { writeSeen } from "./kept-refs.ts";
import type { Pushed, SyncRequest } from "./sync-request.ts";

/** The push, and whether somebody else was faster. Without a new commit the remote is not asked. Never throws for a remote. */
export async function pushHome(
  { push, timeoutMs }: SyncRequest,
  repository: HomeRepository,
  context: Context,
): Promise<Pushed & { readonly isRace?: boolean }> {
  const { git } = repository;
  if (!push || context.offline) return { state: "not-asked" };
  const [status, head] = await Promise.all([git.status(), git.head()]);
  if (status.ahead === 0) {
    await remember(repository, status.upstream, head.commit);
    return { state: "up-to-date" };
  }
  const result = await context.step("Push", () => git.push({ timeoutMs }));
  if (result.state === "skipped") return { state: "not-asked" };
  if (result.state === "failed") {
    const { reason, message, wasBehind } = result;
    return { state: "failed", reason, message, ...(wasBehind ? { isRace: true } : {}) };
  }
  await remember(repository, (await git.status()).upstream, head.commit);
  return { state: result.state };
}

/** `origin/main`: the remote has what we have. */
async function remember(
  repository: HomeRepository,
  upstream: string | undefined,
  commit: string | undefined,
): Promise<void> {
  const at = upstream?.indexOf("/") ?? -1;
  if (upstream === undefined || commit === undefined || at < 0) return;
  await writeSeen(repository, { remote: upstream.slice(0, at), branch: upstream.slice(at + 1) }, commit);
}
