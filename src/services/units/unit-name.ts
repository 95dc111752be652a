import { AtkError } from "../../core/errors.ts";
import type { ServiceDefinition, ServiceSpec } from "../service.ts";

export type UnitDefinition = Extract<ServiceDefinition, { readonly type: "systemd" }>;
export type UnitSpec = ServiceSpec<UnitDefinition>;

/** A program would take a name with a dash in front for an option. */
const NAME = /^(?!-)[A-Za-z0-9:_.@\\-]+$/;
const ENDING = /\.(service|socket|timer|target)$/;
/** (systemd.unit(5): "must not exceed 255 characters, including the suffix") */
const MOST_CHARACTERS = 255;

/** The unit that a plugin means; a name without an ending is a service. @throws AtkError E_PLUGIN_INVALID for any other text */
export function unitNameOf({ plugin, directory, definition: { unitName } }: UnitSpec): string {
  const name = ENDING.test(unitName) ? unitName : `${unitName}.service`;
  const stem = name.replace(ENDING, "");
  const isGood = NAME.test(name) && stem !== "" && !/^\.+$/.test(stem) && name.length <= MOST_CHARACTERS;
  if (isGood && !/\.(mount|automount|path|slice|scope|swap|device)\.service$/.test(name)) return name;
  throw new AtkError("E_PLUGIN_INVALID", `${plugin} names a unit that cannot be: ${JSON.stringify(unitName)}`, {
    at: { file: directory },
    hint: "write unit_name as in my-tool.service; a unit is a service, socket, timer or target",
  });
}
