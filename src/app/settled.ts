import { dirname, join } from "node:path";
import type { Plan } from "../core/plan.ts";
import { stillHolds, traceHost, type Trace } from "../host/trace.ts";
import { VERSION } from "../version.generated.ts";
import { createContext, makeDirectories, type Context } from "./context.ts";
import type { StandingReport } from "./standing.ts";

/**
 * What plan and status found when there was nothing left to do, with everything they read for it. As long as the world says the
 * same of all that, the answer is the same and nothing is parsed, compiled or compared. Only a shortcut: it may be deleted at any
 * time, and is written only by runs that change something. (docs/decisions/0012)
 */
interface Answers {
  readonly plan: Plan;
  /** The plan as far as it is shown to people: without what is up to date. */
  readonly shown: Plan;
  readonly standing: StandingReport;
}

const LONGEST_NAME = 200;
const LINES = ["shown", "standing", "plan"] as const;

/** The remembered answer, when it still holds. */
export async function settled<K extends keyof Answers>(about: K, context: Context): Promise<Answers[K] | undefined> {
  try {
    const bytes = await context.host.files.read(fileOf(context));
    if (bytes === undefined) return undefined;
    // One line each, so that only what is asked for is parsed.
    const [key, trace = "", ...answers] = new TextDecoder().decode(bytes).split("\n");
    if (key !== keyOf(context)) return undefined;
    if (!(await stillHolds(JSON.parse(trace) as Trace, context.host, context.digest))) return undefined;
    return JSON.parse(answers[LINES.indexOf(about)] ?? "") as Answers[K];
  } catch {
    return undefined;
  }
}

/**
 * Finds the answers out anew and keeps them when there is nothing left to do. Best effort: a full disk or a read-only cache
 * must not fail what was done.
 */
export async function rememberSettled(context: Context): Promise<void> {
  const path = fileOf(context);
  const { files } = context.host;
  const beside = `${path}.${process.pid}`;
  try {
    const traced = traceHost(context.host, context.digest);
    if (traced === undefined) return;
    const { answersOf } = await import("./standing.ts");
    const fresh = await createContext(traced.host, context.workspace, () => undefined);
    const found = await answersOf(fresh);
    const trace = traced.trace();
    if (trace === undefined || found === undefined) return await files.unlink(path).catch(() => undefined);
    const answers: Answers = { ...found, shown: { ...found.plan, changes: [] } };
    await makeDirectories(files, dirname(path));
    const lines = [keyOf(context), JSON.stringify(trace), ...LINES.map((about) => JSON.stringify(answers[about]))];
    await files.create(beside, new TextEncoder().encode(lines.join("\n")), 0o600);
    await files.rename(beside, path);
  } catch {
    await files.unlink(beside).catch(() => undefined);
  }
}

/** Facts that no file tells. */
function keyOf({ host, workspace }: Context): string {
  const { platform, arch, hostname, homeDirectory } = host.machine;
  const { scope, manifestFile, settings } = workspace;
  // The folder, because this module is part of several bundled files.
  const program = [VERSION, new URL(".", import.meta.url).href, process.execPath];
  return JSON.stringify([...program, platform, arch, hostname, homeDirectory, scope, manifestFile, settings]);
}

function fileOf({ workspace }: Context): string {
  // Two folders may share a name here: the first line tells whose answers these are.
  const name = workspace.directory.replaceAll(/[^A-Za-z0-9.-]+/g, "_").slice(-LONGEST_NAME);
  return join(workspace.cacheDirectory, "settled", name);
}
