import { AtkError } from "../core/errors.ts";
import type { Host } from "../core/host.ts";
import { findGit } from "./choose-git.ts";
import { fillDirectory } from "./directory.ts";
import type { CloneRequest, Git } from "./git.ts";
import { maskUrl } from "./git-error.ts";

/**
 * A whole working repository from a URL, on `ref` or the remote's default branch (the new-machine case).
 * On failure nothing is left in the directory. Gives the commit id; undefined when the remote has no commit yet.
 * @throws AtkError E_GIT (unreachable, no such ref, time limit); without an installed git only http(s) works.
 */
export async function clone(host: Host, request: CloneRequest, only?: Git["id"]): Promise<string | undefined> {
  check(request);
  const program = only === "isomorphic" ? undefined : await findGit(host);
  return fillDirectory(host.files, request.directory, async () => {
    if (program === undefined) return (await import("./isomorphic/clone.ts")).clone(host, request);
    return (await import("./native/clone.ts")).clone(host, program, request);
  });
}

/**
 * Just the files of one commit, for reading: little history, no hooks, no submodules, line ends as committed on every
 * operating system. The directory also gets a `.git`. On failure nothing is left in the directory. Gives the commit id.
 * @throws AtkError E_GIT (unreachable, no such ref, time limit); without an installed git only http(s) works.
 */
export async function cloneShallow(host: Host, request: CloneRequest, only?: Git["id"]): Promise<string> {
  check(request);
  const program = only === "isomorphic" ? undefined : await findGit(host);
  return fillDirectory(host.files, request.directory, async () => {
    if (program === undefined) return (await import("./isomorphic/clone.ts")).cloneShallow(host, request);
    return (await import("./native/clone-shallow.ts")).cloneShallow(host, program, request);
  });
}

function check({ url, ref }: CloneRequest): void {
  if (!isUrl(url)) {
    throw new AtkError("E_GIT", `will not clone ${JSON.stringify(maskUrl(url))}: it is not a git URL`, {
      hint: "use https://, ssh://, git@host:path, file:// or a path",
    });
  }
  if (ref !== undefined && !isRef(ref)) {
    throw new AtkError("E_GIT", `will not fetch ${JSON.stringify(ref)}: it is not the name of a branch, tag or commit`);
  }
}

/** `ext::` and other helpers run programs; a URL in a manifest that somebody else wrote must not. */
function isUrl(url: string): boolean {
  return url !== "" && !url.startsWith("-") && !/^[a-z][a-z0-9+.-]*::/i.test(url) && !/[\0\r\n]/.test(url);
}

/** What git itself allows in a name (git-check-ref-format(1)), so that a ref is never an option or an expression. */
function isRef(ref: string): boolean {
  return ref !== "" && !ref.startsWith("-") && !/[\0-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^\/|\/$|\.$/.test(ref);
}
