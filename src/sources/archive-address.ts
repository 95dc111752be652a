import { AtkError } from "../core/errors.ts";
import { maskUrl } from "../git/git-error.ts";
import type { Source } from "../manifest/manifest.ts";

type ArchiveSource = Extract<Source, { type: "archive" }>;

/** Address up to its ending, a query, `//` and a folder, `#sha256=` and a digest. */
const ARCHIVE =
  /^((?:https?|file):\/\/[^?#]+?\.(?:tar\.gz|tgz|zip|mcpb)(?:\?[^#]*?)?)(?:\/\/([^#?]+))?(?:#sha256=([0-9a-fA-F]{64}))?$/i;

/**
 * The archive that an address names: it ends in .tar.gz, .tgz, .zip or .mcpb, then may follow `//folder` and `#sha256=DIGEST`.
 * undefined for every other address.
 * @throws AtkError E_SECRET_IN_GIT, E_SOURCE.
 */
export function parseArchive(spec: string): ArchiveSource | undefined {
  const [matched, url = "", folder, sha256] = ARCHIVE.exec(spec) ?? [];
  if (matched === undefined) return refuseDigest(spec);
  checkArchiveAddress(url);
  const path = folder?.replace(/\/+$/, "") ?? "";
  return {
    type: "archive",
    url,
    ...(sha256 === undefined ? {} : { sha256: sha256.toLowerCase() }),
    ...(path === "" ? {} : { path }),
  };
}

/** An address that is an archive's but for its digest is no git address either. */
function refuseDigest(spec: string): undefined {
  const [address = "", digest] = spec.split("#sha256=");
  if (digest === undefined || !ARCHIVE.test(address)) return undefined;
  throw new AtkError("E_USAGE", `${JSON.stringify(digest)} is not a sha256: expected 64 of 0-9 and a-f`, {
    hint: "sha256sum FILE (prints it)",
  });
}

/** @throws AtkError E_SECRET_IN_GIT for a password in it, E_SOURCE for plain http to another machine. */
export function checkArchiveAddress(url: string): void {
  if (maskUrl(url) !== url) {
    throw new AtkError(
      "E_SECRET_IN_GIT",
      `${maskUrl(url)} holds a name or password, which would be written to the manifest and committed`,
      { hint: "leave it out of the address; for archives that need an account use git or npm" },
    );
  }
  if (/^(https|file):/i.test(url) || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/i.test(url)) return;
  throw new AtkError("E_SOURCE", `${url} is not an https address: anybody on the way could put other content there`, {
    hint: "use the https address",
  });
}
