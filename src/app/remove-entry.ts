import { AtkError } from "../core/errors.ts";
import { removePlugin, removeServer } from "../manifest/edit-manifest.ts";
import type { Inputs } from "./inputs.ts";

/**
 * The manifest's text without a plugin or a server of that name.
 * @throws AtkError E_PLUGIN_NOT_FOUND when there is neither. Never looks at the file system, so a name is never a path.
 */
export function removeEntry(
  text: string,
  { name, inputs, file }: { readonly name: string; readonly inputs: Inputs; readonly file: string },
): string {
  if (inputs.manifest.plugins.some((entry) => entry.name === name)) return removePlugin(text, name, file);
  if (Object.hasOwn(inputs.manifest.servers, name)) return removeServer(text, name, file);
  throw new AtkError("E_PLUGIN_NOT_FOUND", `there is no plugin or server ${JSON.stringify(name)} in the manifest`);
}
