import type { ManifestValue, When } from "./manifest.ts";
import type { SecretReference } from "../core/secret-reference.ts";

/** What is different on one machine, or on those that match; see the schema. */
export interface MachineEntry {
  readonly name: string;
  /** Undefined: only the machine that was given this name. */
  readonly match?: Pick<When, "os" | "arch" | "host">;
  readonly tags: readonly string[];
  readonly agents?: readonly string[];
  readonly plugins: Readonly<Record<string, PluginOverride>>;
  readonly servers: Readonly<Record<string, ServerOverride>>;
}

export interface PluginOverride {
  readonly enabled?: boolean;
  readonly agents?: readonly string[];
  readonly env: Readonly<Record<string, ManifestValue>>;
  readonly service?: "running" | "stopped";
  readonly ports: Readonly<Record<string, number | "auto">>;
}

export interface ServerOverride {
  readonly enabled?: boolean;
  readonly agents?: readonly string[];
  readonly env: Readonly<Record<string, ManifestValue>>;
  readonly headers: Readonly<Record<string, ManifestValue>>;
}

/** `hourly`, `daily 03:30`, `weekly mon 03:30`, `monthly`, or a period such as `6h`; the schema has checked it. */
export type ScheduleText = string;

export interface SyncEntry {
  readonly schedule?: ScheduleText;
  readonly when?: When;
}

/** How many are kept; a period that is not named keeps none of its own. */
export interface Keep {
  readonly last?: number;
  readonly hourly?: number;
  readonly daily?: number;
  readonly weekly?: number;
  readonly monthly?: number;
  readonly yearly?: number;
}

export interface BackupEntry {
  /** Name of a plugin, or any name when `data` says what is kept. */
  readonly name: string;
  readonly data?: readonly string[];
  readonly exclude: readonly string[];
  /** Names of targets; `local` is always one. */
  readonly to: readonly string[];
  readonly schedule?: ScheduleText;
  /** Undefined: all are kept. */
  readonly keep?: Keep;
  readonly encrypt: boolean;
  readonly stop?: boolean;
  readonly beforeUpgrade: "always" | "risky" | "never";
  readonly when?: When;
  readonly enabled: boolean;
}

export type BackupTarget =
  | { readonly type: "path"; readonly path: string }
  | { readonly type: "rclone"; readonly remote: string }
  | {
      readonly type: "s3";
      readonly endpoint?: string;
      readonly bucket: string;
      readonly prefix?: string;
      readonly region?: string;
      readonly accessKey: ManifestValue;
      readonly secretKey: SecretReference & { readonly prefix?: string };
    }
  | {
      readonly type: "restic";
      readonly repository: string;
      readonly password: SecretReference & { readonly prefix?: string };
      readonly env: Readonly<Record<string, ManifestValue>>;
    };

/** A foreign change that is left alone until the end of a day. */
export interface IgnoredDrift {
  /** Address, as `atk drift` names it. */
  readonly entry: string;
  readonly reason: string;
  /** `YYYY-MM-DD`, the last day. */
  readonly until: string;
  readonly machine?: string;
}

export type UnattendedChange = "create" | "update" | "delete" | "run" | "service";
