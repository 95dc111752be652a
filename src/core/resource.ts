import type { Json, JsonObject } from "./json.ts";

/** One step into a document: a key of a map, or the list item whose field `by` equals `is`. */
export type Key = string | { readonly by: string; readonly is: string };
export type Pointer = readonly Key[];

export type Noun = "plugin" | "mcp_server" | "skill" | "instruction" | "install" | "service" | "timer";

/**
 * Which part of an entry is compared and owned. Other keys in the entry belong to the program that reads the file, or to the user.
 * `defaults`: owned keys with a value that means the same as leaving the key out.
 */
export interface Shape {
  readonly id: string;
  readonly owned: readonly string[];
  readonly defaults: Readonly<Record<string, Json>>;
}

/** Where a resource is on the machine. Enough to read it again and to take it away without the manifest. */
export type Locator =
  /** A value at a pointer inside a structured document. */
  | { readonly kind: "fragment"; readonly file: string; readonly format: DocumentFormatId; readonly at: Pointer }
  /** A marked section of a text file. */
  | { readonly kind: "block"; readonly file: string; readonly id: string }
  /** A whole file that atk owns. */
  | { readonly kind: "file"; readonly file: string }
  /** A symbolic link. */
  | { readonly kind: "link"; readonly file: string }
  /** The files of a tree below a folder; other files in the folder are somebody's data. */
  | { readonly kind: "tree"; readonly directory: string }
  /** A command that is run once for each content. */
  | { readonly kind: "command"; readonly id: string }
  /** A program in the background, by the name of its plugin. */
  | { readonly kind: "service"; readonly id: string }
  /** Something that the system starts by the clock. */
  | { readonly kind: "timer"; readonly id: string };

export type DocumentFormatId = "json" | "jsonc" | "toml" | "yaml";

/** A file of a wanted tree. */
export type TreeFile =
  | { readonly type: "file"; readonly path: string; readonly executable: boolean; readonly sha256: string }
  | { readonly type: "link"; readonly path: string; readonly target: string };

/** Enough of a service to stop it when nothing describes it any more. Holds no value of a variable. */
export interface StopKnowledge {
  readonly home: string;
  readonly directory: string;
  readonly runDirectory: string;
  readonly definition: JsonObject;
  readonly stop?: string;
  /** How far its stop command is kept apart from the machine. */
  readonly isolation?: JsonObject;
}

/** Enough of a timer to do its work, and to take it away when nothing describes it any more. */
export interface TimerKnowledge {
  readonly manager: "systemd" | "launchd" | "cron";
  /** What the manager calls it: `atk-<home>-<id>`. */
  readonly name: string;
  /** What starts atk here: absolute path of Node, then of atk. */
  readonly program: readonly string[];
  /** Arguments of atk. */
  readonly words: readonly string[];
  /** As the manifest writes it. */
  readonly schedule: string;
  /** The system starts it more often than it is due; then it is left be until this much time has passed. */
  readonly everyMinutes?: number;
  /** PATH for what it starts. */
  readonly path: string;
}

/** What a command finds when it is run; never for showing or writing. */
export interface CommandSurroundings {
  /** On top of the machine's environment, in clear. */
  readonly env: Readonly<Record<string, string>>;
  /** Values that must not be seen in what it prints. */
  readonly secrets: readonly string[];
  /** Gives the words that run it apart from the machine; absent: it is run as it is. */
  readonly inside?: (words: Words) => Promise<Words>;
}

/** A program and its arguments, without any shell. */
export interface Words {
  readonly command: string;
  readonly args: readonly string[];
}

/** What should be there. `content` is what the provider of the locator's kind needs to put it there. */
export type Content =
  | { readonly kind: "fragment"; readonly value: JsonObject }
  | { readonly kind: "block"; readonly text: string }
  | { readonly kind: "file"; readonly text: string }
  | { readonly kind: "link"; readonly target: string }
  | {
      readonly kind: "tree";
      readonly integrity: string;
      /** The files, opened (and checked against the integrity) only when they are needed. */
      readonly open: () => Promise<{ readonly entries: readonly TreeFile[]; read(path: string): Promise<Uint8Array> }>;
    }
  | {
      readonly kind: "command";
      readonly digest: string;
      /** What earlier versions of atk recorded for the same content. */
      readonly formerDigest?: string;
      /** The digest once it was run: a command may have written variables of its own. */
      readonly digestAfter: () => Promise<string>;
      readonly command: string;
      readonly undo?: string;
      /** How far both are kept apart from the machine. */
      readonly isolation?: JsonObject;
      readonly cwd: string;
      /** Values are looked up when it is run. */
      readonly surroundings: () => Promise<CommandSurroundings>;
    }
  | {
      readonly kind: "service";
      readonly wants: "running" | "stopped";
      /** Of everything that a running service would have to be started again for. */
      readonly digest: string;
      /** The state it is in now, e.g. "running". Starts and changes nothing. */
      readonly observe: () => Promise<string>;
      readonly stop: StopKnowledge;
    }
  | {
      readonly kind: "timer";
      /** Everything that the system is told, as one text. */
      readonly text: string;
      /** The same as it stands there now; undefined: nothing, or something half made. */
      readonly observe: () => Promise<string | undefined>;
      readonly timer: TimerKnowledge;
    };

export interface Resource {
  /** Unique and stable, e.g. `mcp_server.github@claude-code`. */
  readonly address: string;
  readonly noun: Noun;
  /** The manifest's entry it comes from. */
  readonly owner: string;
  /** The clients it is for; empty when it is for none in particular. */
  readonly agents: readonly string[];
  readonly locator: Locator;
  readonly content: Content;
  readonly shape?: Shape;
  /** false: the program that reads it does not read through a symbolic link. */
  readonly followsLinks?: boolean;
  /** true: secrets stand in it in clear, so nothing of its values is shown. */
  readonly sealed?: boolean;
  /** One line for people: what it is, e.g. `npx -y pkg@1.2.3`. */
  readonly summary?: string;
}

/** One text for one place on the machine: the identity of a resource across runs. */
export function locatorKey(locator: Locator): string {
  switch (locator.kind) {
    case "fragment":
      return `fragment:${locator.file}#${JSON.stringify(locator.at)}`;
    case "block":
      return `block:${locator.file}#${locator.id}`;
    case "file":
    case "link":
      return `${locator.kind}:${locator.file}`;
    case "tree":
      return `tree:${locator.directory}`;
    case "command":
    case "service":
    case "timer":
      return `${locator.kind}:${locator.id}`;
  }
}
