import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { Context } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { loadPlugins } from "../load-plugins.ts";
import { createScene } from "../scene.ts";
import type { Check, ReadHome } from "./check.ts";
import { CHECKS } from "./checks.ts";
import type { Answer, Finding } from "./finding.ts";
import { homeFinding, manifestFindings, problemsOf } from "./home-findings.ts";

export interface Patient {
  readonly host: Host;
  /** Or why there is no home to work in. */
  readonly home: Context | AtkError;
  readonly online: boolean;
}

export interface DiagnoseOptions {
  readonly checks?: readonly Check[];
  /** For each check. */
  readonly limitMs?: number;
}

const LIMIT_MS = 15_000;

/**
 * Everything about this machine that atk depends on. All checks run at once, each with a time limit; one that fails is a finding of its
 * own. Order: the home, its manifest, then as in the list of checks. Writes nothing; no network unless `online`.
 */
export async function diagnose(patient: Patient, options: DiagnoseOptions = {}): Promise<readonly Finding[]> {
  const { checks = CHECKS, limitMs = LIMIT_MS } = options;
  const home = patient.home instanceof AtkError ? undefined : patient.home;
  const manifest = home === undefined ? undefined : await readHome(home);
  const known: Known = { patient, home, manifest: manifest instanceof AtkError ? undefined : manifest };
  const found = await Promise.all(checks.map((check) => findingsOf(check, known, limitMs)));
  return [homeFinding(patient.home), ...manifestFindings(manifest), ...found.flat()];
}

async function readHome(context: Context): Promise<ReadHome | AtkError> {
  try {
    const inputs = await readInputs(context);
    let loading: ReturnType<typeof loadPlugins> | undefined;
    const plugins = (): ReturnType<typeof loadPlugins> =>
      (loading ??= loadPlugins(inputs, { readOnly: true, offline: true }, context));
    return { context, inputs, plugins, setting: await createScene(inputs, context) };
  } catch (error) {
    if (error instanceof AtkError) return error;
    throw error;
  }
}

interface Known {
  readonly patient: Patient;
  readonly home: Context | undefined;
  readonly manifest: ReadHome | undefined;
}

async function findingsOf(check: Check, known: Known, limitMs: number): Promise<readonly Finding[]> {
  const answers = await withinLimit(examine(check, known).catch(failed), limitMs);
  return answers.map(({ subject, ...answer }) => ({
    id: subject === undefined ? check.id : `${check.id}.${subject}`,
    title: subject === undefined ? check.title : `${check.title}: ${subject}`,
    ...answer,
  }));
}

async function examine(check: Check, { patient, home, manifest }: Known): Promise<readonly Answer[]> {
  const { online } = patient;
  if (check.about === "machine") return check.examine(patient.host, { online });
  if (check.about === "home") return home === undefined ? [] : check.examine(home, { online });
  return manifest === undefined ? [] : check.examine(manifest, { online });
}

function failed(error: unknown): readonly Answer[] {
  if (error instanceof AtkError) return problemsOf(error);
  const why = error instanceof Error ? error.message : String(error);
  return [{ state: "warning", detail: `could not be looked at: ${why}` }];
}

async function withinLimit(work: Promise<readonly Answer[]>, limitMs: number): Promise<readonly Answer[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Answer[]>((resolve) => {
    const detail = `gave no answer within ${limitMs / 1000} seconds`;
    timer = setTimeout(() => resolve([{ state: "warning", detail }]), limitMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
