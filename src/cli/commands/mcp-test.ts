import type { TestResult } from "../../app/test-servers.ts";
import { EXIT, type ErrorCode } from "../../core/error-codes.ts";
import type { Command } from "../command.ts";
import { painter, printable } from "../paint.ts";
import { openContext, outJson } from "../session.ts";

export const command: Command = {
  name: "mcp test",
  summary: "really start servers and list their tools",
  args: "[names...]",
  options: [{ flags: "--timeout <seconds>", summary: "for each server (default 60: the first start may download it)" }],
  details:
    "Does MCP initialize and tools/list, then stops the server. Exit 1 when one does not answer, 13 when one is not what was locked.",
  async run({ args, options }, session) {
    const { testServers } = await import("../../app/test-servers.ts");
    const context = await openContext(session);
    const results = await testServers(
      { names: args, timeoutMs: seconds(options.text("timeout")), signal: session.interruption() },
      context,
    );
    if (session.json) outJson(session, { servers: results });
    else
      session.out(
        results.map((each) => show(each, painter(session.color.stdout))).join("\n") ||
          "No MCP servers in the manifest.",
      );
    return exitOf(results);
  },
};

const REFUSED: ReadonlySet<string> = new Set(["E_INTEGRITY", "E_POLICY", "E_LOCK"] satisfies ErrorCode[]);

function exitOf(results: readonly TestResult[]): number {
  const failed = results.filter((each) => !each.ok);
  if (failed.some(({ code }) => REFUSED.has(code))) return EXIT.integrity;
  return failed.length === 0 ? EXIT.ok : EXIT.fault;
}

const DEFAULT_SECONDS = 60;

function seconds(text: string | undefined): number {
  const given = Number(text ?? DEFAULT_SECONDS);
  return (Number.isFinite(given) && given > 0 ? given : DEFAULT_SECONDS) * 1000;
}

function show(result: TestResult, paint: ReturnType<typeof painter>): string {
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
  ].join("\n");
}

function firstLine(text: string | undefined): string {
  return (text ?? "").split("\n")[0]?.slice(0, 90) ?? "";
}
