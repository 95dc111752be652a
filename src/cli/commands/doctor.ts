import type { Finding, FindingState } from "../../app/doctor/finding.ts";
import { AtkError } from "../../core/errors.ts";
import { EXIT } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { painter, printable, type Paint } from "../paint.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "doctor",
  summary: "look for what is wrong on this machine, and say how to set it right",
  options: [{ flags: "--online", summary: "also ask the remote of the repository whether it answers" }],
  details: "Reads only. Exit code 1 when there is a problem; warnings and notes do not count.",
  async run({ options }, session) {
    const { diagnose } = await import("../../app/doctor/diagnose.ts");
    const home = await openContext(session).catch((error: unknown) => {
      if (error instanceof AtkError) return error;
      throw error;
    });
    const findings = await diagnose({ host: session.host, home, online: options.flag("online") });
    const counts = countStates(findings);
    if (session.json) outJson(session, { format_version: "1.0", ok: counts.problem === 0, summary: counts, findings });
    else session.out(show(findings, counts, painter(session.color.stdout)));
    return counts.problem === 0 ? EXIT.ok : EXIT.fault;
  },
};

type Counts = Readonly<Record<FindingState, number>>;

function countStates(findings: readonly Finding[]): Counts {
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length;
  return { ok: count("ok"), info: count("info"), warning: count("warning"), problem: count("problem") };
}

const STYLES = { ok: "green", info: "cyan", warning: "yellow", problem: "red" } as const;

function show(findings: readonly Finding[], { problem, warning }: Counts, paint: Paint): string {
  const lines = findings.flatMap(({ state, title, detail, fix }) => [
    `${paint(STYLES[state], state.padEnd(7))}  ${printable(`${title}: ${detail}`)}`,
    ...(fix === undefined || state === "ok" ? [] : [`         ${paint("cyan", "next:")} ${printable(fix)}`]),
  ]);
  const found = [plural(problem, "problem"), plural(warning, "warning")].filter((part) => part !== "");
  return [...lines, "", found.length === 0 ? "No problems found." : `${found.join(", ")}.`].join("\n");
}

function plural(count: number, word: string): string {
  if (count === 0) return "";
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
