import { setTimeout as sleep } from "node:timers/promises";
import { AtkError } from "../../core/errors.ts";
import { change, type ChangeOutcome } from "../change.ts";
import { lookAgain, type Context } from "../context.ts";
import { rememberingError } from "../machines/last-error.ts";
import { afterSync } from "./after-sync.ts";
import { commitOwnFiles } from "./commit-own.ts";
import { dryRun } from "./dry-run.ts";
import { currentBranch, openRepository, refuseUnready, type HomeRepository } from "./home-repository.ts";
import { tellLeftBehind } from "./left-behind.ts";
import { sweepLeft } from "./leaving.ts";
import { pushHome } from "./push-home.ts";
import { reached } from "./reached.ts";
import type { Question } from "./questions.ts";
import type { Received, Side, SyncOutcome, SyncRequest } from "./sync-request.ts";
import { deriveIncoming, takeIn } from "./take-in.ts";

/** How often a push that met somebody else's is tried again, fetching and merging each time. */
const MOST_ROUNDS = 12;

/**
 * Brings this home, its remote and this machine together: commit of own edits, fetch, merge, plan, apply, push.
 * Every step leaves the home whole and the next sync goes on from there, so it may be stopped at any moment.
 * With open questions nothing is changed but the commit of own edits.
 * @throws AtkError E_GIT (exit 7) for a remote that is away or a repository that a person has to look at, E_MANIFEST, E_LOCK
 */
export async function sync(request: SyncRequest, context: Context): Promise<SyncOutcome> {
  if (context.workspace.predecessor)
    throw new AtkError("E_GIT", "cannot sync a home that is still the predecessor's", { hint: "atk apply" });
  const repository = await openRepository(context);
  await refuseUnready(repository);
  if (request.dryRun) return dryRun(request, repository, context);
  const outcome = await rememberingError(context, () => rounds(request, repository, context));
  if (outcome.state === "synced") await tellLeftBehind(repository, lookAgain(context));
  const isReached = request.push && outcome.pushed.state !== "failed";
  if (outcome.state === "synced" && isReached) await afterSync(lookAgain(context));
  return outcome;
}

async function rounds(request: SyncRequest, repository: HomeRepository, context: Context): Promise<SyncOutcome> {
  let before = EMPTY;
  let answers = request.answers;
  for (let round = 1; ; round += 1) {
    const received = await receive({ ...request, answers }, repository, context);
    if (received === "again") continue;
    if ("questions" in received) {
      if (request.ask === undefined) return { ...before, ...received, state: "questions" };
      const given = await askAll(received.questions, request.ask);
      if (Object.keys(given).every((id) => answers[id] !== undefined)) throw new Error("an answer was not taken");
      answers = { ...answers, ...given };
      continue;
    }
    request.tookIn(received);
    const changed = await applyHere(request, context);
    await sweepLeft(repository, context);
    const pushed = await pushHome(request, repository, context);
    before = added(before, received, changed);
    const { isRace, ...result } = pushed;
    if (!isRace || round >= MOST_ROUNDS) return { ...before, pushed: result };
    await sleep(Math.random() * 200 * round);
  }
}

const EMPTY: SyncOutcome = {
  state: "synced",
  isCommitted: true,
  taken: "nothing",
  received: 0,
  files: [],
  questions: [],
  changes: [],
  pushed: { state: "not-asked" },
};

type Asking = Pick<SyncOutcome, "remote" | "branch" | "questions">;

/** again: somebody committed here meanwhile. */
async function receive(
  request: SyncRequest,
  repository: HomeRepository,
  context: Context,
): Promise<Received | Asking | "again"> {
  const isCommitted = await commitOwnFiles(repository, context);
  const branch = await currentBranch(repository);
  if (context.offline) return { branch: branch.name, taken: "offline", received: 0, files: [], isCommitted };
  const fetched = reached(await context.step("Fetch", () => repository.git.fetch(request)));
  const far = { remote: fetched.remote, branch: fetched.branch };
  const incoming = await deriveIncoming(repository, branch, { fetched, request }, context);
  if (incoming.questions.length > 0) return { ...far, questions: incoming.questions };
  const moved = await takeIn(incoming, repository, { branch, fetched }, context);
  if (moved === undefined) return "again";
  const { taken, received } = incoming;
  if (moved === "nothing") return { ...far, taken, received, files: [], isCommitted };
  return { ...far, taken, received, files: moved.files, kept: moved.kept, isCommitted };
}

async function askAll(
  questions: readonly Question[],
  ask: (question: Question) => Promise<Side>,
): Promise<Record<string, Side>> {
  const answers: Record<string, Side> = {};
  for (const question of questions) answers[question.id] = await ask(question);
  return answers;
}

function applyHere({ decisions, approve, unattended }: SyncRequest, context: Context): Promise<ChangeOutcome> {
  const request = { selection: { names: [] }, message: "Sync", decisions, approve, noPush: true };
  return change({ ...request, ...(unattended ? { unattended } : {}) }, lookAgain(context));
}

const HOW_MUCH: readonly SyncOutcome["taken"][] = ["nothing", "offline", "fast-forward", "merge", "rewritten"];

/** What all rounds have done together. */
function added(before: SyncOutcome, now: Received, changed: ChangeOutcome): SyncOutcome {
  const more = HOW_MUCH.indexOf(now.taken) > HOW_MUCH.indexOf(before.taken);
  return {
    ...before,
    ...now,
    ...(before.kept === undefined ? {} : { kept: before.kept }),
    taken: more ? now.taken : before.taken,
    received: before.received + now.received,
    files: [...new Set([...before.files, ...now.files])].sort(),
    changes: [...before.changes, changed],
  };
}
