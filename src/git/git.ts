import type { GitMerging } from "./git-merging.ts";

/** A repository as atk uses it. Two back ends: the installed git, and isomorphic-git where there is none. */
export interface Git extends GitMerging {
  readonly id: "native" | "isomorphic";
  /** Top of the working tree, absolute. Git never looks above it. */
  readonly directory: string;
  /** Whether `directory` itself is the top of a working tree: `.git` may be a directory, or a file (linked worktree, submodule). */
  isRepository(): Promise<boolean>;
  /** Makes a repository with the user's default branch name, else `main`. No effect on one that is there already. */
  init(): Promise<void>;
  /** Where HEAD is. An unborn branch has no commit, a detached HEAD no branch. @throws AtkError E_GIT */
  head(): Promise<Head>;
  /** What `atk status` shows about the repository. Writes nothing. @throws AtkError E_GIT */
  status(): Promise<RepositoryStatus>;
  /**
   * Commits the named paths and nothing else; what the user has staged stays staged. Gives the commit id, or undefined when
   * nothing changed. Ignored paths are left out unless `includeIgnored`.
   * @throws AtkError E_SECRET_IN_GIT naming the path, E_GIT (merge in progress, hook refused, path outside, nested repository).
   */
  commitPaths(request: CommitRequest): Promise<string | undefined>;
  /** Bytes of a file in a commit; undefined when the commit or the path is not there. `ref`: branch, tag, commit or HEAD. */
  readFileAt(ref: string, path: string): Promise<Uint8Array | undefined>;
  /** Commits of HEAD's history that changed a file, newest first, at most `limit`; none without a commit. */
  commitsOf(request: { readonly path: string; readonly limit: number }): Promise<readonly string[]>;
  /** Whether git's index knows the path. */
  isTracked(path: string): Promise<boolean>;
  /** Tracked paths that hold secrets (`isSecretPath`), sorted. */
  trackedSecrets(): Promise<readonly string[]>;
  /**
   * Takes paths out of git, keeps the files, and commits just that. Gives the commit id; undefined when no commit had them.
   * What was committed before stays in the history. @throws AtkError E_GIT
   */
  untrack(request: CommitRequest): Promise<string | undefined>;
  /** Pushes the current branch; the first time sets its upstream. Best effort: never prompts, never throws for a refusal. */
  push(options: PushOptions): Promise<PushResult>;
  /** Full id of the commit that a branch, tag, id (full or short), `HEAD` or one of these with `~N` or `^` stands for; undefined: none. */
  resolveRevision(text: string): Promise<string | undefined>;
  /** The newest commit on HEAD's own line that was there at a time; undefined when there was none yet. */
  commitAt(time: Date): Promise<string | undefined>;
  /** Files below a folder in a commit, as paths from the top of the repository. */
  filesAt(request: { readonly commit: string; readonly folder: string }): Promise<readonly CommittedFile[]>;
}

export interface CommittedFile {
  readonly path: string;
  readonly type: "file" | "link";
  readonly executable: boolean;
}

export interface Head {
  readonly branch?: string;
  readonly commit?: string;
}

export type Operation = "merge" | "rebase" | "cherry-pick" | "revert" | "am" | "bisect";

export interface RepositoryStatus {
  readonly branch?: string;
  /** e.g. `origin/main`. */
  readonly upstream?: string;
  /** Of the branch's remote, credentials masked. */
  readonly remoteUrl?: string;
  /** Commits; absent without an upstream that exists. */
  readonly ahead?: number;
  readonly behind?: number;
  /** `at`: ISO 8601. */
  readonly lastCommit?: LastCommit;
  /** Tracked paths with changes, staged or not. */
  readonly modified: number;
  /** Untracked paths; a wholly untracked folder may count as one. */
  readonly untracked: number;
  readonly inProgress?: Operation;
}

export interface LastCommit {
  readonly id: string;
  readonly subject: string;
  readonly at: string;
}

export interface CommitRequest {
  /** Files (or folders, meaning the files in them), relative to the directory or absolute below it. */
  readonly paths: readonly string[];
  readonly message: string;
  /** Commits named paths although .gitignore leaves them out. Secrets stay refused. */
  readonly includeIgnored?: boolean;
}

export interface PushOptions {
  readonly timeoutMs: number;
}

/** `message` never holds credentials. */
export type PushResult =
  | { readonly state: "pushed" | "up-to-date"; readonly remote: string; readonly branch: string }
  | { readonly state: "skipped"; readonly reason: "no-remote" | "detached" | "unborn" }
  | {
      readonly state: "failed";
      readonly reason: "rejected" | "timeout" | "unreachable";
      readonly remote: string;
      readonly message: string;
      /** Of a rejection: somebody else pushed first, so that fetching and trying again may help. */
      readonly wasBehind?: boolean;
    };

export interface CloneRequest {
  readonly url: string;
  /** Must be absent or empty. */
  readonly directory: string;
  /** Branch, tag or commit (full or short); absent: the remote's default branch. */
  readonly ref?: string | undefined;
  readonly timeoutMs: number;
}
