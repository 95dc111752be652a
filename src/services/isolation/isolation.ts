/** none: as any program of the user. limits: memory, processes and processor only. sandbox: also files and network. */
export type IsolationLevel = "none" | "limits" | "sandbox";

/** How far one plugin is kept apart from the machine; what the user's manifest says takes the place of the plugin's own words. */
export interface Isolation {
  readonly level: IsolationLevel;
  /** deny: it reaches nothing but itself, and nothing reaches it, not even on its ports. */
  readonly network: "allow" | "deny";
  /**
   * The only places it may write in besides its private /tmp and home: paths inside the plugin's folder, and `@home`, which makes the
   * private home last from run to run (for the caches of npx and uvx). Default: the whole folder of the plugin.
   */
  readonly write?: readonly string[];
  readonly memoryBytes?: number;
  /** Processes and threads at a time. */
  readonly processes?: number;
  /** Per cent of one processor; 200 is two of them. */
  readonly cpuPercent?: number;
  /** true: refuse to run where not all of it can be done. false: do what can be done and say the rest. */
  readonly required: boolean;
}

/** The private home of a plugin that lasts. */
export const KEPT_HOME = "@home";

/** What to start; the environment is handed on as it is. */
export interface IsolatedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** Holds secrets: it never goes into arguments. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A part of the isolation, for sentences and for comparing. */
export type IsolationPart = "files" | "network" | "memory" | "processes" | "cpu";
