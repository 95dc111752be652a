import type { Machine } from "../../core/host.ts";
import type { NamedMachine } from "../../manifest/for-machine.ts";
import type { Settings } from "../settings.ts";

/** The part of a context that tells which machine this is. */
export interface MachinePlace {
  readonly host: { readonly machine: Pick<Machine, "platform" | "arch" | "hostname"> };
  readonly workspace: { readonly settings: Pick<Settings, "machine" | "tags"> };
}

/** This machine, by the name it was given or else its host name. */
export function namedMachine({ host, workspace }: MachinePlace): NamedMachine {
  const { platform, arch, hostname } = host.machine;
  const { machine, tags } = workspace.settings;
  return { platform, arch, hostname, name: machine ?? nameOfHost(hostname), tags };
}

/** The host name without its domain, as a name that a file can have. */
export function nameOfHost(hostname: string): string {
  const label = (hostname.split(".")[0] ?? "").toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-");
  return label.replaceAll(/^[-_]+|-+$/g, "").slice(0, LONGEST) || "machine";
}

const LONGEST = 63;

/** Letters, digits, `.`, `_` and `-`, so that it is a file name everywhere; no case of its own. */
export function isMachineName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) && text.length <= LONGEST && !/\.(lock)?$/i.test(text);
}
