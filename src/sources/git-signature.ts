import { AtkError } from "../core/errors.ts";
import { maskUrl, tellingLines } from "../git/git-error.ts";
import { createRunGit, type RunGit } from "../git/native/run-git.ts";
import type { FetchCall } from "./git-fetch.ts";

/** git ends with 1 when a signature is bad, missing or of an unknown key. */
const ANSWERS = [0, 1, 128];

/**
 * Who signed the tag that was fetched, or else its commit, as git names them. Which keys count is said by the user's own git and gpg:
 * gpg.ssh.allowedSignersFile, or the keyring. (git verify-tag, git verify-commit)
 * @throws AtkError E_POLICY in git's words when neither is signed by a known key.
 */
export async function requireSigner(call: FetchCall & { commit: string }): Promise<string> {
  const git = createRunGit(call.host, "git", call.directory);
  const tag = await fetchedTag(call, git);
  const faults: string[] = [];
  for (const args of [
    ...(tag === undefined ? [] : [["verify-tag", "--raw", tag]]),
    ["verify-commit", "--raw", call.commit],
  ]) {
    const { exitCode, stderr } = await git({ args, task: "check the signature", answers: ANSWERS });
    const signer = exitCode === 0 ? signerIn(stderr) : undefined;
    if (signer !== undefined) return signer;
    faults.push(`${args[0] === "verify-tag" ? "the tag" : "the commit"}: ${reasonIn(stderr)}`);
  }
  const what = call.ref === "HEAD" ? maskUrl(call.url) : `${call.ref} of ${maskUrl(call.url)}`;
  throw new AtkError("E_POLICY", `${what} must be signed, and is not by anybody known here: ${faults.join("; ")}`, {
    hint: "add the signer's key to gpg, or to the file that git config gpg.ssh.allowedSignersFile names",
  });
}

/**
 * The tag object that the ref meant: it is what FETCH_HEAD holds then. undefined for branches, commits, plain tags, and for a signed tag
 * that was put under another name: an old version could be given out as a new one.
 */
async function fetchedTag({ ref }: FetchCall, git: RunGit): Promise<string | undefined> {
  const task = "look at what was fetched";
  const found = await git({ args: ["rev-parse", "FETCH_HEAD"], task, answers: ANSWERS });
  const tag = await git({ args: ["cat-file", "tag", "FETCH_HEAD"], task, answers: ANSWERS });
  if (found.exitCode !== 0 || tag.exitCode !== 0) return undefined;
  const name = /^tag (.+)$/m.exec(tag.stdout.split("\n\n", 1)[0] ?? "")?.[1];
  return name === ref.replace(/^refs\/tags\//, "") ? found.stdout.trim() : undefined;
}

/** gpg: `[GNUPG:] GOODSIG <key> <name>` and `VALIDSIG <fingerprint>`; ssh: `Good "git" signature for <name> with <key>`. */
function signerIn(output: string): string | undefined {
  const good = /^\[GNUPG:\] GOODSIG \S+ (.+)$/m.exec(output)?.[1];
  const fingerprint = /^\[GNUPG:\] VALIDSIG (\S+)/m.exec(output)?.[1];
  if (good !== undefined) return clean(fingerprint === undefined ? good : `${good} (${fingerprint})`);
  const ssh = /^Good "git" signature for (.+) with (.+)$/m.exec(output);
  return ssh === null ? undefined : clean(`${ssh[1]} (${ssh[2]})`);
}

function reasonIn(output: string): string {
  if (/^\[GNUPG:\] (BADSIG)/m.test(output)) return "the signature does not fit";
  if (/^\[GNUPG:\] (EXPSIG|EXPKEYSIG)/m.test(output)) return "the signature or its key has expired";
  if (/^\[GNUPG:\] REVKEYSIG/m.test(output)) return "the key was revoked";
  const unknown = /^\[GNUPG:\] NO_PUBKEY (\S+)/m.exec(output)?.[1];
  if (unknown !== undefined) return `signed by the key ${clean(unknown)}, which is not known here`;
  const said = clean(tellingLines(output));
  return said === "" || /no signature found/i.test(said) ? "it has no signature" : said;
}

function clean(text: string): string {
  return text
    .replace(/[\p{Cc}\u200B-\u200F\u2028-\u202E\u2066-\u2069]+/gu, " ")
    .trim()
    .slice(0, 300);
}
