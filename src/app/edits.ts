import { AtkError } from "../core/errors.ts";
import type { Context } from "./context.ts";
import { withManifest, type Inputs } from "./inputs.ts";

/** An edit of the manifest's text, keeping comments, order and quoting. */
export type TextEdit = (text: string, file: string) => string;

/** The edit as a change of the inputs: the new text is parsed and validated before anything is planned. */
export function editing(context: Context, edit: TextEdit): (inputs: Inputs) => Promise<Inputs> {
  return (inputs) => withManifest(inputs, edit(inputs.manifestText, context.workspace.manifestFile), context);
}

/** The plugins among the entries an identifier means: by name. @throws AtkError E_PLUGIN_NOT_FOUND */
export function requirePlugin(name: string, inputs: Inputs): Inputs["manifest"]["plugins"][number] {
  const found = inputs.manifest.plugins.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = inputs.manifest.plugins.map((entry) => entry.name).join(", ") || "none yet";
  throw new AtkError(
    "E_PLUGIN_NOT_FOUND",
    `there is no plugin ${JSON.stringify(name)} in the manifest; plugins: ${names}`,
  );
}

/** What the agents of an entry are after some are added and some taken away. */
export function agentsAfter(
  now: readonly string[],
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): readonly string[] {
  const kept = now.filter((agent) => !change.remove.includes(agent));
  return [...new Set([...kept, ...change.add])];
}
