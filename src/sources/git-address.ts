import { AtkError } from "../core/errors.ts";
import { maskUrl } from "../git/git-error.ts";

const SCHEMES = ["https", "http", "ssh", "git", "file"];

/**
 * Refuses an address or a ref that git could take for an option, a refspec or a command, and one that holds a password.
 * @throws AtkError E_SOURCE or E_SECRET_IN_GIT.
 */
export function checkGitAddress(url: string, ref: string): void {
  const fault = urlFault(url) ?? refFault(ref);
  if (fault !== undefined)
    throw new AtkError("E_SOURCE", `cannot use the git address ${JSON.stringify(maskUrl(url))}: ${fault}`);
  if (!/^https?:\/\/[^/\s]*:[^/\s]*@/i.test(url) && !/^https?:\/\/[^/\s]{20,}@/i.test(url)) return;
  throw new AtkError(
    "E_SECRET_IN_GIT",
    `${maskUrl(url)} holds a password or token, which would be written to the manifest and committed`,
    {
      hint: "leave it out of the address: git's credential helper or an ssh key is used",
    },
  );
}

function urlFault(url: string): string | undefined {
  if (url === "" || url.startsWith("-")) return "it looks like an option";
  if (/[\p{Cc} ]/u.test(url)) return "it contains a space (write %20) or a control character";
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(url)?.[1]?.toLowerCase();
  if (scheme !== undefined && !SCHEMES.includes(scheme)) return `${scheme}:// is not one of ${SCHEMES.join(", ")}`;
  // `ext::command` runs a command. (gitremote-helpers)
  return /^[A-Za-z0-9+.-]+::/.test(url) ? "remote helpers are not allowed" : undefined;
}

/** The rules of git-check-ref-format, as far as they could be misused; commits pass. */
function refFault(ref: string): string | undefined {
  const odd = ref === "" || /^[-+]|\.\.|@\{|[\p{Cc} ~^:?*[\\]/u.test(ref);
  return odd ? `${JSON.stringify(ref)} is not a branch, tag or commit` : undefined;
}
