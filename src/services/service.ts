import type { Host } from "../core/host.ts";
import type { Words } from "../core/resource.ts";

/** What is known of a service. unhealthy: it runs and its probe fails. failed: it ended by itself, or could not be started. */
export type ServiceState = "running" | "starting" | "unhealthy" | "stopped" | "failed" | "unknown";

export interface Observation {
  readonly state: ServiceState;
  /** One short sentence for a person: "exited with code 1", "2 of 3 containers". Never holds a value of `env`. */
  readonly detail?: string;
  /** Since when it is so, ISO 8601. */
  readonly since?: string;
  readonly pid?: number;
  /** How often it was started again by itself since `start`. */
  readonly restarts?: number;
}

/** How the service of a plugin runs. */
export type ServiceDefinition =
  | {
      readonly type: "docker-compose";
      readonly composeFile: string;
      /** Default: `atk-<home>-<plugin>`. A plugin whose own lines start it has the name that Compose gives them. */
      readonly project?: string;
    }
  | {
      readonly type: "docker";
      readonly image: string;
      /** Arguments after the image. */
      readonly args: readonly string[];
      /** "data:/var/lib/app" or "./config:/etc/app:ro"; a relative host path is inside the plugin. */
      readonly volumes: readonly string[];
    }
  | { readonly type: "systemd"; readonly unitName: string }
  | { readonly type: "launchd"; readonly label: string }
  | { readonly type: "script" }
  | {
      readonly type: "process";
      readonly command: string;
      readonly args: readonly string[];
      /** Default on-failure: started again unless it ended with exit code 0. */
      readonly restart: "always" | "on-failure" | "never";
      /** Starts within `windowMs` after which it is left alone as failed. */
      readonly maxRestarts: number;
      /** Milliseconds between SIGTERM and SIGKILL. */
      readonly stopGraceMs: number;
    };

export type ServiceType = ServiceDefinition["type"];

export interface ServicePort {
  /** Inside a container; the same as `port` unless the port was moved. */
  readonly declared: number;
  /** On this machine. */
  readonly port: number;
  readonly name?: string;
  readonly protocol: string;
}

/** The plugin's own shell commands; where one is given it is used in place of what the type does. */
export interface ServiceCommands {
  readonly start?: string;
  readonly stop?: string;
  readonly logs?: string;
  readonly status?: string;
}

/** Gives the words that run a program apart from the machine; service: what it starts may outlive who started it. */
export type Inside = (words: Words, manner: "script" | "service") => Promise<Words>;

/** A service of one plugin on this machine, everything resolved. Holds secrets in `env`: never for showing or writing. */
export interface ServiceSpec<D extends ServiceDefinition = ServiceDefinition> {
  /** Name of the entry in the manifest: ^[a-z][a-z0-9-]*$. */
  readonly plugin: string;
  /** Eight hexadecimal digits of the home, so that two homes never share a container, a unit or a pid file. */
  readonly home: string;
  /** The plugin's folder; where everything is started. */
  readonly directory: string;
  /** The plugin's variables, with ATK_HOME, ATK_PLUGIN_DIR and ATK_NONINTERACTIVE; on top of the machine's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  readonly definition: D;
  readonly commands: ServiceCommands;
  /** For pid files and logs of this service: absolute, below atk's state folder, private (0700). May not exist yet. */
  readonly runDirectory: string;
  /** Absent: its programs run as any of the user's. */
  readonly inside?: Inside;
}

/** Takes output as it comes; who gives it has to expect any chunk, and secrets in it. */
export type Talk = (chunk: string, stream: "stdout" | "stderr") => void;

export interface LogOptions {
  /** Goes on until `signal`, or until the service has ended. */
  readonly follow: boolean;
  /** How many last lines; undefined: all that is kept. */
  readonly lines?: number;
  readonly signal?: AbortSignal;
}

/** One way of running things. Every function throws AtkError E_SERVICE (with the last lines of output) or E_PROGRAM. */
export interface ServiceDriver<D extends ServiceDefinition = ServiceDefinition> {
  readonly type: D["type"];
  /** Starts what is not running. Resolves as soon as it was started, not when it is healthy. No effect when it runs. */
  start(spec: ServiceSpec<D>, host: Host, talk: Talk): Promise<void>;
  /** Resolves when it is down. No effect when it is. */
  stop(spec: ServiceSpec<D>, host: Host, talk: Talk): Promise<void>;
  /** What the system says; no probe of health. Writes nothing, starts no service. At most `timeoutMs`, then "unknown". */
  observe(spec: ServiceSpec<D>, host: Host, timeoutMs: number): Promise<Observation>;
  logs(spec: ServiceSpec<D>, host: Host, options: LogOptions, talk: Talk): Promise<void>;
}
