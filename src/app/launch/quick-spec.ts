import { isUtf8 } from "node:buffer";
import { join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { ReadHost } from "../../core/host.ts";
import { declaredSpec } from "../declared-server.ts";
import { cacheRoot } from "../machine-paths.ts";
import { pluginSpecs } from "../plugin-specs.ts";
import type { ServerSpec } from "../server-specs.ts";
import { findInRecord, recordFile, type Launchable, type Origin } from "./launch-record.ts";
import { pinnedSpec } from "./pinned-start.ts";
import { machineText } from "./settings-record.ts";
import { quickPlace, type QuickPlace } from "./quick-place.ts";

/**
 * What `chooseSpecs` would give for one name, from what an earlier start remembered. Undefined when anything is not as it was
 * then, or not as it should be: then the long way finds out, and says what is wrong.
 */
export async function quickSpec(name: string, isGlobal: boolean, host: ReadHost): Promise<ServerSpec | undefined> {
  try {
    return await remembered(name, isGlobal, host);
  } catch (error) {
    // A record that is no JSON, or a file that cannot be read.
    if (error instanceof AtkError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function remembered(name: string, isGlobal: boolean, host: ReadHost): Promise<ServerSpec | undefined> {
  const place = await quickPlace(host, isGlobal);
  if (place === undefined) return undefined;
  const record = await text(recordFile(cacheRoot(host.machine), place.directory), host);
  const found = record === null ? undefined : findInRecord(record, name);
  if (found === undefined || !(await isCurrent(found.origin, place, host))) return undefined;
  const spec = await specOf(found.launchable, place, host);
  if (spec?.missing.length !== 0) return undefined;
  const { guard } = found.launchable;
  return guard === undefined ? spec : { ...spec, guard };
}

async function isCurrent(origin: Origin, place: QuickPlace, host: ReadHost): Promise<boolean> {
  return (
    origin.directory === place.directory &&
    (await text(place.manifestFile, host)) === origin.manifest &&
    (await text(place.lockFile, host)) === origin.lock &&
    (origin.machine === undefined || origin.machine === (await machineText(host)))
  );
}

async function specOf(launchable: Launchable, place: QuickPlace, host: ReadHost): Promise<ServerSpec | undefined> {
  const spec = await plainSpec(launchable, place, host);
  const { pinned } = launchable;
  return spec === undefined || pinned === undefined ? spec : pinnedSpec(spec, pinned, host);
}

async function plainSpec(
  launchable: Launchable,
  { directory, pluginsDirectory }: QuickPlace,
  host: ReadHost,
): Promise<ServerSpec | undefined> {
  if (launchable.kind === "declared")
    return declaredSpec(launchable.id, launchable.declaration, { directory, variables: host.machine.env });
  const { entry, plugin, overrides, server } = launchable;
  const folder = join(pluginsDirectory, entry.name);
  if ((await text(join(folder, "custom", "overrides.yaml"), host)) !== overrides) return undefined;
  const look = { text: async (path: string) => (await text(path, host)) ?? undefined };
  const specs = await pluginSpecs({ entry, directory: folder, definition: { plugin } }, { look, host });
  return specs.find((spec) => spec.server.id === server);
}

/** @throws AtkError E_FORMAT when it is not UTF-8. */
async function text(path: string, { files }: ReadHost): Promise<string | null> {
  // To look first is much faster where there is nothing: Node makes an error with a stack of it.
  const bytes = (await files.stat(path)) === undefined ? undefined : await files.read(path);
  if (bytes === undefined) return null;
  if (!isUtf8(bytes)) throw new AtkError("E_FORMAT", `${path} is not UTF-8 text`, { at: { file: path } });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}
