import { detectClients } from "../../../clients/detect.ts";
import { AtkError } from "../../../core/errors.ts";
import type { WiredClient } from "../../../kinds/scene.ts";
import type { Check, ReadHome } from "../check.ts";
import type { Answer } from "../finding.ts";
import { problemsOf } from "../home-findings.ts";

/** Each agent that the manifest names: whether it is on this machine, and whether its file can be read. */
export const agents: Check = {
  id: "agents",
  title: "Agent",
  about: "manifest",
  async examine(home) {
    const { context, setting } = home;
    const homes = context.workspace.settings.clientHomes;
    const detected = await detectClients(context.host, { homes });
    const wired = Object.values(setting.scene.agents).filter((each) => each !== undefined);
    const answers = await Promise.all(wired.map((each) => judge(each, detected.includes(each.client.id), home)));
    return answers.flat();
  },
};

async function judge(
  { client, mcpFile }: WiredClient,
  isHere: boolean,
  { context }: ReadHome,
): Promise<readonly Answer[]> {
  const subject = client.id;
  const at = mcpFile === undefined ? {} : { at: { file: mcpFile } };
  try {
    if (mcpFile !== undefined && client.mcp !== undefined) await context.look.data(mcpFile, client.mcp.format);
  } catch (error) {
    if (!(error instanceof AtkError)) throw error;
    return problemsOf(error).map((problem) => ({ subject, ...problem }));
  }
  if (!isHere) return [{ subject, state: "info", detail: `${client.name} was not found on this machine`, ...at }];
  const detail = mcpFile === undefined ? client.name : `${client.name}, ${mcpFile}`;
  return [{ subject, state: "ok", detail, ...at }];
}
