import type { Host } from "../../../core/host.ts";
import type { Head } from "../../git.ts";
import type { GitMerging } from "../../git-merging.ts";
import type { RunGit } from "../run-git.ts";
import { checkedOut } from "./checked-out.ts";
import { fetch } from "./fetch.ts";
import { dirtyPaths, moveBranch } from "./move-branch.ts";
import { listRefs, readRef, writeRef } from "./refs.ts";
import { blobText, countCommits, entriesAt, mergeBase, mergeTexts } from "./trees.ts";
import { writeCommit } from "./write-commit.ts";

/** The installed git's part of what bringing two histories together needs. */
export function nativeMerging(host: Host, git: RunGit, readHead: () => Promise<Head>): GitMerging {
  return {
    fetch: async (options) => fetch(host, git, await readHead(), options),
    mergeBase: async (one, other) => mergeBase(git, one, other),
    countCommits: async (from, to) => countCommits(git, from, to),
    entriesAt: async (commit) => entriesAt(git, commit),
    blobText: async (id) => blobText(git, id),
    mergeTexts: async (texts) => mergeTexts(host, git, texts),
    writeCommit: async (request) => writeCommit(host, git, request),
    checkedOut: async (commit, paths) => checkedOut(host, git, commit, paths),
    dirtyPaths: async () => dirtyPaths(git),
    moveBranch: async (move) => moveBranch(git, move),
    readRef: async (name) => readRef(git, name),
    writeRef: async (name, commit) => writeRef(git, name, commit),
    listRefs: async (prefix) => listRefs(git, prefix),
  };
}
