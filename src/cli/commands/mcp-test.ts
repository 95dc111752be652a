import type { TestResult } from "../../app/test-servers.ts";
import { EXIT } from "../../core/error-codes.ts";
import { DRY_RUN, type Command, type Options } from "../command.ts";
import { painter, printable, type Paint } from "../paint.ts";
import { openContext, outJson, type Session } from "../session.ts";
import { showToolCheck } from "../show-tool-check.ts";

export const command: Command = {
  name: "mcp test",
  summary: "really start servers and list their tools",
  args: "[names...]",
  options: [
    { flags: "--timeout <seconds>", summary: "for each server (default 60: the first start may download it)" },
    { flags: "--record", summary: "keep what they say of themselves in atk.lock and atk.lock.d/tools" },
    { flags: "--check", summary: "only servers that were recorded" },
    DRY_RUN,
  ],
  details:
    "Asks each server for its tools, prompts and resources, then stops it. What was recorded is compared, and searched for hidden instructions (docs/tool-safety.md).\nExit 1 when one does not answer, 13 when policy refuses what has changed or is hidden.",
  async run({ args, options }, session) {
    const { testServers } = await import("../../app/test-servers.ts");
    const context = await openContext(session);
    const isRecording = options.flag("record");
    const results = await testServers(
      {
        names: args,
        timeoutMs: seconds(options.text("timeout")),
        signal: session.interruption(),
        recordedOnly: options.flag("check") && !isRecording,
      },
      context,
    );
    const none = options.flag("check")
      ? "No server was recorded: atk mcp test --record"
      : "No MCP servers in the manifest.";
    show(results, none, session);
    if (isRecording) await (await import("../record-tools.ts")).recordAnswers(results, options, { session, context });
    return exitOf(results, options);
  },
};

const DEFAULT_SECONDS = 60;

function seconds(text: string | undefined): number {
  const given = Number(text ?? DEFAULT_SECONDS);
  return (Number.isFinite(given) && given > 0 ? given : DEFAULT_SECONDS) * 1000;
}

/** What is recorded now is what is wanted from now on; hidden instructions never are. */
function exitOf(results: readonly TestResult[], options: Options): number {
  if (!results.every((each) => each.ok)) return EXIT.fault;
  const refused = results.some(({ check }) => {
    if (check.findingsAre === "deny") return true;
    return !options.flag("record") && (check.changesAre === "deny" || check.fault !== undefined);
  });
  return refused ? EXIT.integrity : EXIT.ok;
}

function show(results: readonly TestResult[], none: string, session: Session): void {
  if (session.json) return outJson(session, { servers: results.map(asData) });
  const paint = painter(session.color.stdout);
  session.out(results.map((each) => showResult(each, paint)).join("\n") || none);
}

/** The full texts are what `--record` writes to files. */
function asData(result: TestResult): object {
  if (!result.ok) return result;
  const { offer: _texts, check, ...told } = result;
  const { recorded, changes, findings } = check;
  return { ...told, recorded, changes, findings, refused: check.changesAre === "deny" || check.findingsAre === "deny" };
}

function showResult(result: TestResult, paint: Paint): string {
  if (!result.ok) {
    const next = result.hint === undefined ? "" : `\n  ${paint("cyan", "next:")} ${printable(result.hint)}`;
    const reason = result.reason.startsWith(`${result.server}: `)
      ? result.reason
      : `${result.server}: ${result.reason}`;
    return `${paint("red", "✗")} ${printable(reason)}${next}`;
  }
  const head = `${paint("green", "✓")} ${result.server}: ${printable(result.name)} ${printable(result.version)}, ${result.tools.length} tools`;
  return [
    head,
    ...result.tools.map(
      (tool) => `    ${printable(tool.name)}  ${paint("dim", printable(firstLine(tool.description)))}`,
    ),
    ...showToolCheck(result.server, result.check, paint),
  ].join("\n");
}

function firstLine(text: string | undefined): string {
  return (text ?? "").split("\n")[0]?.slice(0, 90) ?? "";
}
