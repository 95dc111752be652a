import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { checkName } from "../../manifest/names.ts";
import { makeDirectories } from "../context.ts";
import { bundled } from "../plugin-source.ts";
import { writeIndex } from "../registry-check.ts";

const TEMPLATE_NAME = "my-plugin";

/**
 * A plugin of that name in a registry folder, from the template, and the index written anew, so that the folder passes validation at
 * once. Gives the plugin's folder. @throws AtkError E_NAME, E_FILE when it is there already.
 */
export async function makePlugin(name: string, registry: string, host: Host): Promise<string> {
  checkName(name);
  const { files } = host;
  const directory = join(registry, "plugins", name);
  if ((await files.stat(directory)) !== undefined)
    throw new AtkError("E_FILE", `there is something at ${directory} already`, {
      at: { file: directory },
      hint: "choose another name",
    });
  const template = bundled("templates/plugin");
  await makeDirectories(files, directory);
  for (const { name: file } of (await files.list(template)) ?? []) {
    const text = new TextDecoder().decode(await files.read(join(template, file)));
    await files.create(join(directory, file), new TextEncoder().encode(renamed(text, name)), 0o644);
  }
  await writeIndex(registry, host);
  return directory;
}

/** Names, variables and titles of the template. */
function renamed(text: string, name: string): string {
  const title = name.split("-").join(" ");
  return text
    .replaceAll("MY_PLUGIN", name.toUpperCase().replaceAll("-", "_"))
    .replaceAll(TEMPLATE_NAME, name)
    .replaceAll("My plugin", title.charAt(0).toUpperCase() + title.slice(1));
}
