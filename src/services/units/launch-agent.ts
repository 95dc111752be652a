import { join, sep } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { ReadFiles } from "../../core/host.ts";
import type { ServiceDefinition, ServiceSpec } from "../service.ts";

export type AgentDefinition = Extract<ServiceDefinition, { readonly type: "launchd" }>;
export type AgentSpec = ServiceSpec<AgentDefinition>;

/** Where an agent lives: in the session of the user who is logged in at the screen. (launchctl(1), domain targets) */
export function agentDomain(): string {
  return `gui/${process.getuid?.() ?? 0}`;
}

/** What launchctl calls the agent. @throws AtkError E_PLUGIN_INVALID for a label that would be read as something else */
export function agentTarget({ plugin, directory, definition: { label } }: AgentSpec): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/.test(label)) return `${agentDomain()}/${label}`;
  throw new AtkError("E_PLUGIN_INVALID", `${plugin} names a label that cannot be: ${JSON.stringify(label)}`, {
    at: { file: directory },
    hint: "write label as in com.example.my-tool",
  });
}

export function plistFile({ directory, definition: { label } }: AgentSpec): string {
  return join(directory, `${label}.plist`);
}

/** @throws AtkError E_SERVICE when there is no such file, E_HOSTILE when it is a link that leads out of the plugin */
export async function checkedPlist(spec: AgentSpec, files: ReadFiles): Promise<string> {
  const file = plistFile(spec);
  const [real, folder] = [await files.realPath(file), (await files.realPath(spec.directory)) ?? spec.directory];
  if (real === undefined)
    throw new AtkError("E_SERVICE", `${spec.plugin} could not be started: there is no file ${file}`, {
      at: { file },
      hint: `put ${spec.definition.label}.plist into the plugin's folder`,
    });
  if (real.startsWith(folder + sep)) return file;
  throw new AtkError("E_HOSTILE", `${file} leads out of the plugin, to ${real}`, { at: { file } });
}
