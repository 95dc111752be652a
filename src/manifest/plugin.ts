/** A plugin's own description (plugin.yaml), overrides merged, defaults filled in. */
export interface Plugin {
  readonly schemaVersion: string;
  /** Display name, as its author wrote it. */
  readonly name: string;
  readonly description: string;
  readonly maturity: "ai-generated" | "community" | "verified";
  readonly service?: PluginService;
  readonly vendor?: { readonly name: string; readonly url?: string; readonly docs?: string };
  readonly ports: readonly {
    readonly port: number;
    readonly name?: string;
    readonly protocol: string;
    readonly description?: string;
  }[];
  readonly envVars: readonly EnvVar[];
  readonly lifecycle: Readonly<
    Partial<Record<"install" | "uninstall" | "start" | "stop" | "logs" | "status" | "health_endpoint", string>>
  >;
  readonly isolation?: DeclaredIsolation;
  /** All MCP servers; `mcp:` of the predecessor is one with the plugin's own id. */
  readonly servers: readonly PluginServer[];
  /** Skill folders relative to the plugin; a SKILL.md beside plugin.yaml is ".". */
  readonly skills: readonly string[];
  readonly instructions: readonly string[];
  readonly version?: string;
  readonly tags: readonly string[];
  readonly homepage?: string;
  readonly data?: PluginData;
}

/** What a backup keeps of a plugin. Paths are below the plugin's folder, or begin with `~/`. */
export interface PluginData {
  readonly paths: readonly string[];
  readonly volumes: readonly string[];
  readonly sqlite: readonly string[];
  readonly exclude: readonly string[];
  /** Both or neither; they take the place of paths and volumes, and get ATK_BACKUP_DIR. */
  readonly backup?: string;
  readonly restore?: string;
  /** Whether the service is stopped meanwhile; undefined: unless all data is SQLite files or its own command. */
  readonly stop?: boolean;
  readonly riskyUpgrades: boolean;
}

/** Which fields belong to which type is checked by the schema and by the driver. */
export interface PluginService {
  readonly type: "docker-compose" | "docker" | "systemd" | "launchd" | "script" | "process";
  readonly composeFile?: string;
  readonly unitName?: string;
  readonly label?: string;
  readonly image?: string;
  readonly volumes?: readonly string[];
  /** For `process`: what is kept running. */
  readonly command?: string;
  readonly args?: readonly string[];
  readonly restart?: "always" | "on-failure" | "never";
  readonly maxRestarts?: number;
  readonly stopGraceMs?: number;
  readonly health?: PluginHealth;
}

/** At most one of command, http, tcp and mcp. Texts may hold $NAME. */
export interface PluginHealth {
  readonly command?: string;
  readonly http?: string;
  /** Name or number of a declared port. */
  readonly tcp?: string | number;
  readonly mcp?: string;
  readonly startingMs?: number;
  readonly timeoutMs?: number;
}

export interface EnvVar {
  readonly name: string;
  readonly required: boolean;
  readonly secret: boolean;
  readonly default?: string;
  readonly description?: string;
}

/** Texts may hold $ATK_PLUGIN_DIR, $NAME and ${NAME}; see substitute.ts. */
export type PluginServer =
  | {
      readonly id: string;
      readonly transport: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      /** Variables the server gets: a name whose value comes from the plugin's environment, or a template. */
      readonly env: Readonly<Record<string, string | null>>;
      readonly cwd?: string;
    }
  | {
      readonly id: string;
      readonly transport: "http" | "sse";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
    };

/** `isolation:` as it is written; the meaning of it is in services/isolation. */
export interface DeclaredIsolation {
  readonly level?: "none" | "limits" | "sandbox";
  readonly network?: "allow" | "deny";
  readonly write?: readonly string[];
  /** "512MB", "1.5GB". */
  readonly memory?: string;
  readonly processes?: number;
  /** "50%", "200%". */
  readonly cpu?: string;
  readonly required?: boolean;
}
