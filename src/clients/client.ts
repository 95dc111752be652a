import type { Json, JsonObject } from "../core/json.ts";
import type { ReadHost } from "../core/host.ts";
import type { Scope, Server, Transport } from "../core/server.ts";
import type { Pointer } from "../formats/document.ts";

/** Where a statement about a client comes from. */
export interface Fact {
  readonly about: string;
  /** run: seen with the real program; docs: the vendor's documentation or repository; secondary: somebody else's. */
  readonly evidence: "run" | "docs" | "secondary";
  readonly source: string;
  /** Day it was checked, YYYY-MM-DD. */
  readonly date: string;
}

/**
 * A path per operating system. `~` is the user's home; `%APPDATA%` is the Windows variable (falling back to ~/AppData/Roaming);
 * `$XDG_CONFIG_HOME` falls back to ~/.config. `moved`: an environment variable of the client that replaces the leading folder:
 * when it is set, the path is `<value>/<rest>`.
 */
export interface UserPath {
  readonly linux: string;
  readonly macos: string;
  readonly windows: string;
  readonly moved?: { readonly variable: string; readonly rest: string };
  /** Other names the client reads too: when one of them exists already, it is used instead. Same folder. */
  readonly alternatives?: readonly string[];
}

/** A path inside a project, with forward slashes. `alternatives` are paths inside the project too. */
export interface ProjectPath {
  readonly path: string;
  readonly alternatives?: readonly string[];
}

export interface McpSupport {
  readonly format: "json" | "jsonc" | "toml" | "yaml";
  /** Where the servers stand in the document, e.g. ["mcpServers"]. */
  readonly root: Pointer;
  /**
   * Where the user's own file has servers that count in one project only; `*` stands for the folder of the project. atk writes
   * nothing there.
   */
  readonly local?: readonly string[];
  /** How one server is found below the root: by key (default) or as the list item whose field has its id. */
  readonly item?: { readonly by: string };
  readonly user?: UserPath;
  readonly project?: ProjectPath;
  readonly transports: readonly Transport[];
  /** A server in this client's spelling. Pure. Only called for supported transports and after `check` found nothing. */
  spell(server: Server, scope: Scope): JsonObject;
  /** Every key `spell` may ever write: what atk owns in an entry. Other keys in it belong to the client or the user. */
  readonly owned: readonly string[];
  /** Owned keys the client drops or adds when it rewrites the file, with the value that means the same as absent. */
  readonly defaults?: Readonly<Record<string, Json>>;
  /** The client's own rules for an entry: one sentence each for what it would refuse or misread. */
  check?(server: Server, scope: Scope): readonly string[];
  /** How a variable is referred to, and in which places the client expands it. Absent: the client has no references. */
  readonly reference?: {
    readonly in: readonly ("env" | "headers" | "args" | "url")[];
  };
  /**
   * How the client asks for values itself, once, and keeps them: each has an entry of its own below `root`, found by its `id`, and
   * servers are spelled so that references name such entries.
   */
  readonly prompts?: Pick<McpSupport, "spell" | "owned" | "check" | "reference"> & {
    readonly inputs: Pointer;
    /** The entry of one value. */
    input(id: string, description: string): JsonObject;
    readonly inputKeys: readonly string[];
  };
  /**
   * Keys of an entry that name the tools that may be used, or may not be. Exact names; an empty list is never written. In these
   * scopes only: a file that another client reads too has one entry for both.
   */
  readonly tools?: { readonly allow?: string; readonly deny?: string; readonly scopes?: readonly Scope[] };
  /** Servers that the same document has at places that atk does not manage, with where that is. */
  elsewhere?(data: Json): readonly { readonly name: string; readonly where: string; readonly next: string }[];
  /** false: the client reads nothing through a symbolic link. */
  readonly followsLinks?: boolean;
  /** false: the client reads a file with a byte order mark as empty. */
  readonly readsByteOrderMark?: boolean;
}

export interface SkillSupport {
  /** Folder of skill folders. Prefer the one shared by most clients (~/.agents/skills). */
  readonly user?: UserPath;
  readonly project?: ProjectPath;
  /** true: a linked skill folder is found by the client; false: it must be a copy. */
  readonly followsLinks: boolean;
}

export interface InstructionSupport {
  readonly user?: UserPath;
  readonly project?: ProjectPath;
  /**
   * block: the text goes into a marked section of that file.
   * import: a marked section with a line that the client resolves itself (`@path`).
   * folder: the path is a folder, one file per rule.
   */
  readonly style: "block" | "import" | "folder";
  /** For "folder": file ending with dot, and what stands before the text (front matter). */
  readonly file?: { readonly ending: string; readonly before?: string };
}

/** What a user has to know although the file is right, e.g. a trust gate. */
export interface Notice {
  readonly message: string;
  readonly hint?: string;
}

/** One coding agent: it describes; the core acts. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly facts: readonly Fact[];
  /** Programs on PATH, and paths under the home, that show the client is installed. */
  readonly detect: { readonly programs: readonly string[]; readonly paths: readonly UserPath[] };
  readonly mcp?: McpSupport;
  readonly skills?: SkillSupport;
  readonly instructions?: InstructionSupport;
  /** Trust gates that make a correct file look unread. `projectDirectory` is absent in user scope. Reads only. */
  notices?(host: ReadHost, projectDirectory?: string): Promise<readonly Notice[]>;
}
