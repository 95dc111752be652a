import { join } from "node:path";
import { showPlace } from "../../core/errors.ts";
import type { Remark } from "../../kinds/scene.ts";
import { machineRemarks } from "../../manifest/machine-remarks.ts";
import type { Context } from "../context.ts";
import type { Inputs } from "../inputs.ts";
import { namedMachine } from "./named-machine.ts";

/** What `machines` and `when: { machine }` name and nobody knows, each with its place. The text is parsed only when there is such. */
export async function machineNotices(
  { written, manifestText }: Pick<Inputs, "written" | "manifestText">,
  context: Context,
): Promise<readonly Remark[]> {
  const remarks = machineRemarks(written, namedMachine(context).name);
  if (remarks.length === 0) return [];
  const { readYaml } = await import("../../manifest/yaml-document.ts");
  const { place } = readYaml(manifestText, join(context.workspace.directory, "atk.yaml"));
  return remarks.map(({ pointer, message, hint }) => ({
    message: `${showPlace(place(pointer, pointer.endsWith("/when/machine") ? "value" : "key"))}: ${message}`,
    hint,
  }));
}
