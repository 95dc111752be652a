import { DRY_RUN, type Command } from "../command.ts";
import { millisecondsOf } from "../seconds.ts";
import { openContext } from "../session.ts";

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
    "Asks each server for its tools, prompts and resources, then stops it. What was recorded is compared, and searched for hidden instructions (docs/tool-safety.md).\nExit 1 when one does not answer, 13 when one is not what was locked, or policy refuses what has changed or is hidden.",
  async run({ args, options }, session) {
    const { testServers } = await import("../../app/test-servers.ts");
    const { checkRecordedTools, exitOfResults } = await import("../../app/tools/check-recorded-tools.ts");
    const context = await openContext(session);
    const isRecording = options.flag("record");
    const timeoutMs = millisecondsOf("--timeout", options.text("timeout"), DEFAULT_SECONDS);
    const request = { names: args, timeoutMs, signal: session.interruption() };
    const isCheck = options.flag("check") && !isRecording;
    const results = isCheck ? await checkRecordedTools(request, context) : await testServers(request, context);
    const none = options.flag("check")
      ? "No server was recorded: atk mcp test --record"
      : "No MCP servers in the manifest.";
    (await import("../show-tool-check.ts")).showTestResults(results, { none, isRecording }, session);
    if (isRecording) await (await import("../record-tools.ts")).recordAnswers(results, options, { session, context });
    return exitOfResults(results, { isRecording });
  },
};

const DEFAULT_SECONDS = 60;
