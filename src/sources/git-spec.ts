import type { Source } from "../manifest/manifest.ts";
import { checkGitAddress } from "./git-address.ts";

/** A scheme, `user@host:path`, or a host with a dot before the first slash. */
export function isGitAddress(spec: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\//i.test(spec) || /^[^\s/@:]+@[^\s/:]+:/.test(spec) || /^[^\s/@]+\.[^\s/@]+\//.test(spec)
  );
}

/** An address with `//folder` and `#ref` behind it, in either order: no ref has two slashes in a row. @throws AtkError E_SOURCE, E_SECRET_IN_GIT */
export function parseGitAddress(spec: string): Source {
  const [address = "", reference = ""] = splitOnce(spec, "#");
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address)?.[0] ?? "";
  const [place = "", before] = splitOnce(address.slice(scheme.length), "//");
  const [ref = "", behind] = splitOnce(reference, "//");
  const bareHost = scheme === "" && !/^[^/]*@/.test(place);
  const url = `${bareHost ? "https://" : scheme}${place}`;
  checkGitAddress(url, ref === "" ? "HEAD" : ref);
  const path = (before ?? behind ?? "").replace(/\/+$/, "");
  return {
    type: "git",
    url,
    ...(ref === "" ? {} : { ref }),
    ...(path === "" ? {} : { path }),
  };
}

function splitOnce(text: string, sign: string): readonly [string, string?] {
  const at = text.indexOf(sign);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + sign.length)];
}
