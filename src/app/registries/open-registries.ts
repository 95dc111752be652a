import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import type { Manifest } from "../../manifest/manifest.ts";
import type { SourceContext } from "../../sources/context.ts";
import { createContext, type Tell } from "../context.ts";
import { readInputs } from "../inputs.ts";
import { cacheRoot } from "../machine-paths.ts";
import { sourceContext } from "../plugin-source.ts";
import { readSettings } from "../settings.ts";
import { findWorkspace } from "../workspace.ts";

export interface OpenedRegistries {
  readonly sources: SourceContext;
  /** Absent where there is no home or project: then only the built-in registry is known. */
  readonly manifest?: Manifest;
}

export interface RegistryView {
  readonly global: boolean;
  readonly offline: boolean;
}

/** The registries that hold here. Works without any manifest, because looking for plugins comes before having one. */
export async function openRegistries(view: RegistryView, host: Host, tell: Tell): Promise<OpenedRegistries> {
  const opening = { readOnly: false, offline: view.offline };
  try {
    const workspace = await findWorkspace(host, { global: view.global });
    const context = await createContext(host, workspace, tell);
    const { manifest } = await readInputs(context);
    return { sources: await sourceContext({ ...opening, manifest }, context), manifest };
  } catch (error) {
    if (!(error instanceof AtkError) || error.code !== "E_NO_HOME") throw error;
    const workspace = { directory: host.machine.workingDirectory, cacheDirectory: cacheRoot(host.machine) };
    const settings = await readSettings(host);
    return { sources: await sourceContext(opening, { host, workspace: { ...workspace, settings } }) };
  }
}
