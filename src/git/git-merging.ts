/** What bringing two histories together needs of a repository. Ids are full ids; paths as git names them, from the top. */
export interface GitMerging {
  /**
   * Asks the remote for the upstream of the current branch, else for the branch of the same name there. Moves only that
   * remote-tracking branch. Never prompts, never throws for a remote that is away.
   */
  fetch(options: FetchOptions): Promise<FetchResult>;
  /** The best common ancestor; undefined: the two share no history. @throws AtkError E_GIT when one is no commit */
  mergeBase(one: string, other: string): Promise<string | undefined>;
  /** How many commits `to` has and `from` has not. */
  countCommits(from: string | undefined, to: string): Promise<number>;
  /** Every file of a commit. */
  entriesAt(commit: string): Promise<ReadonlyMap<string, TreeEntry>>;
  /** A file's content as text; undefined: it is no UTF-8 text. */
  blobText(id: string): Promise<string | undefined>;
  /** git's own three-way merge of one text; undefined: it conflicts. @throws AtkError E_GIT where that needs git */
  mergeTexts(texts: ThreeTexts): Promise<string | undefined>;
  /** Writes a commit: the tree of `base` with the edits. Nothing points to it yet, no hook runs. Gives its id. */
  writeCommit(request: TreeCommit): Promise<string>;
  /** Files of a commit as they stand in a working tree: line ends, filters and links as the user's git makes them. */
  checkedOut(commit: string, paths: readonly string[]): Promise<ReadonlyMap<string, CheckedOut>>;
  /** Tracked paths that differ from HEAD, staged or not. */
  dirtyPaths(): Promise<ReadonlySet<string>>;
  /**
   * Moves the current branch from one commit to another, with git's index for the paths; no file. Doing it again changes
   * nothing. false: the branch is somewhere else, or is not the current one, and nothing was done.
   * @throws AtkError E_GIT, e.g. when another git holds the index
   */
  moveBranch(move: BranchMove): Promise<boolean>;
  /** The commit a full reference name (`refs/...`) stands for. */
  readRef(name: string): Promise<string | undefined>;
  /** undefined: takes the reference away. */
  writeRef(name: string, commit: string | undefined): Promise<void>;
  /** Full names below a prefix that ends with `/`, sorted. */
  listRefs(prefix: string): Promise<readonly string[]>;
}

export interface FetchOptions {
  readonly timeoutMs: number;
}

/** `message` never holds credentials. */
export type FetchResult =
  | {
      readonly state: "fetched";
      readonly remote: string;
      /** The branch's name at the remote. */
      readonly branch: string;
      readonly isUpstream: boolean;
      /** Where the remote-tracking branch was before. */
      readonly before?: string;
      /** Where the remote's branch is; absent: it has no such branch. */
      readonly commit?: string;
      /** Only where it has no such branch: the one that its HEAD names, if that is there. */
      readonly otherBranch?: string;
    }
  | { readonly state: "skipped"; readonly reason: "no-remote" | "detached" }
  | {
      readonly state: "failed";
      readonly reason: "timeout" | "unreachable";
      readonly remote: string;
      readonly message: string;
    };

/** `mode` in git's octal spelling, e.g. `100644`, `100755`, `120000` (link), `160000` (another repository). */
export interface TreeEntry {
  readonly mode: string;
  readonly id: string;
}

export interface ThreeTexts {
  readonly base: string;
  readonly ours: string;
  readonly theirs: string;
}

/** What a path becomes: an entry that git has, a new text, or nothing. */
export type TreeEdit = TreeEntry | { readonly mode: string; readonly text: string } | undefined;

export interface TreeCommit {
  readonly base: string;
  readonly edits: ReadonlyMap<string, TreeEdit>;
  readonly parents: readonly string[];
  readonly message: string;
}

export type CheckedOut =
  | { readonly type: "file"; readonly bytes: Uint8Array; readonly isExecutable: boolean }
  | { readonly type: "link"; readonly target: string };

export interface BranchMove {
  readonly branch: string;
  readonly from: string;
  readonly to: string;
  readonly paths: readonly string[];
  /** For the reflog. */
  readonly reason: string;
}
