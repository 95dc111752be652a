import type * as raw from "./generated/manifest.generated.js";
import { conditions, mapValues, value } from "./build-parts.ts";
import type { ManifestValue } from "./manifest.ts";
import type { SecretReference } from "../core/secret-reference.ts";
import type { BackupEntry, BackupTarget, MachineEntry, PluginOverride, ServerOverride, SyncEntry } from "./upkeep.ts";

export function machine(
  name: string,
  { match, tags = [], agents, plugins = {}, mcp_servers: servers = {} }: raw.Machine,
): MachineEntry {
  return {
    name,
    ...(match === undefined ? {} : { match: conditions(match) }),
    tags: [tags].flat(),
    ...(agents === undefined ? {} : { agents }),
    plugins: mapValues(plugins, pluginOverride),
    servers: mapValues(servers, serverOverride),
  };
}

function pluginOverride({ env = {}, ports = {}, ...same }: raw.PluginOverride): PluginOverride {
  return { ...same, env: mapValues(env, value), ports };
}

function serverOverride({ env = {}, headers = {}, ...same }: raw.ServerOverride): ServerOverride {
  return { ...same, env: mapValues(env, value), headers: mapValues(headers, value) };
}

export function sync({ schedule, when }: raw.Sync): SyncEntry {
  return {
    ...(schedule === undefined ? {} : { schedule }),
    ...(when === undefined ? {} : { when: conditions(when) }),
  };
}

export function backup(name: string, written: raw.Backup): BackupEntry {
  const { exclude = [], to = ["local"], encrypt = false, enabled = true, when, before_upgrade: before } = written;
  const { data, schedule, keep, stop } = written;
  return {
    name,
    ...(data === undefined ? {} : { data }),
    exclude,
    to,
    ...(schedule === undefined ? {} : { schedule }),
    ...(keep === undefined ? {} : { keep }),
    encrypt,
    ...(stop === undefined ? {} : { stop }),
    beforeUpgrade: before ?? "risky",
    ...(when === undefined ? {} : { when: conditions(when) }),
    enabled,
  };
}

export function backupTarget(written: raw.BackupTarget): BackupTarget {
  if ("path" in written) return { type: "path", path: written.path };
  if ("rclone" in written) return { type: "rclone", remote: written.rclone };
  if ("restic" in written) {
    const { restic: repository, password, env = {} } = written;
    return { type: "restic", repository, password: reference(password), env: mapValues(env, value) };
  }
  const { access_key: accessKey, secret_key: secretKey, ...same } = written.s3;
  return { type: "s3", ...same, accessKey: value(accessKey), secretKey: reference(secretKey) };
}

function reference(written: raw.Reference): SecretReference & { readonly prefix?: string } {
  return value(written) as Exclude<ManifestValue, string>;
}
