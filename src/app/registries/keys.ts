import { dirname, join } from "node:path";
import { AtkError } from "../../core/errors.ts";
import type { Host } from "../../core/host.ts";
import { findRepository } from "../../git/repository.ts";
import { verifySignature } from "../../sources/registries/minisign.ts";
import {
  createKeys,
  openSecretKey,
  publicKeyOf,
  signContent,
  type SecretKey,
} from "../../sources/registries/secret-key.ts";
import { INDEX_FILE, SIGNATURE_FILE } from "../../sources/registry-index.ts";
import { makeDirectories } from "../context.ts";
import { settingsFolder } from "../settings.ts";

/** Where the key is when nothing else is said. */
export function defaultKeyFile(host: Host): string {
  return join(settingsFolder(host.machine), "registry.key");
}

/** Makes a pair of keys: the secret one at `file`, for its owner only, the public one beside it. Gives the public key. */
export async function makeKeys(
  file: string,
  { files }: Host,
): Promise<{ readonly key: string; readonly publicFile: string }> {
  await refuseInGit(file, files);
  const publicFile = `${file}.pub`;
  for (const path of [file, publicFile]) {
    if ((await files.stat(path)) !== undefined)
      throw new AtkError("E_FILE", `there is a file at ${path} already; a key is never written over`, {
        at: { file: path },
        hint: "atk registry keygen --key-file FILE (another place)",
      });
  }
  const keys = createKeys();
  await makeDirectories(files, dirname(file));
  await files.create(file, new TextEncoder().encode(keys.secret), 0o600);
  await files.create(publicFile, new TextEncoder().encode(keys.public), 0o644);
  return { key: keys.key, publicFile };
}

export interface Signing {
  /** Folder of the registry. */
  readonly directory: string;
  /** A file, or the text of one (in CI, from a variable). */
  readonly key: { readonly file: string } | { readonly text: string };
  /** Asked for only when the key has one. */
  passphrase(): Promise<string | undefined>;
}

/**
 * Writes index.json.minisig over the index as it is. The time in it is later than that of the signature that was there.
 * Gives the public key that it can be checked with.
 */
export async function signIndex({ directory, key: kept, passphrase }: Signing, { files, now }: Host): Promise<string> {
  const file = join(directory, INDEX_FILE);
  const content = await files.read(file);
  if (content === undefined)
    throw new AtkError("E_SOURCE", `there is no index to sign at ${file}`, {
      at: { file },
      hint: `atk registry index ${directory}`,
    });
  const key = await openKey("text" in kept ? kept.text : await readKeyFile(kept.file, files), passphrase);
  const publicKey = publicKeyOf(key);
  const place = join(directory, SIGNATURE_FILE);
  const before = timeOf(await files.read(place));
  const timestamp = Math.max(Math.floor(now().getTime() / 1000), before + 1);
  const signature = signContent(content, key, { timestamp, file: INDEX_FILE });
  verifySignature(content, signature, { publicKey, what: file });
  const beside = `${place}.new`;
  await files.unlink(beside).catch(() => undefined);
  await files.create(beside, new TextEncoder().encode(signature), 0o644);
  await files.rename(beside, place);
  return publicKey;
}

function timeOf(signature: Uint8Array | undefined): number {
  const text = signature === undefined ? "" : new TextDecoder().decode(signature);
  return Number(/^trusted comment: .*?timestamp:(\d{1,12})\b/m.exec(text)?.[1] ?? 0);
}

async function readKeyFile(file: string, files: Host["files"]): Promise<string> {
  const stat = await files.stat((await files.realPath(file)) ?? file);
  if (stat?.type !== "file")
    throw new AtkError("E_FILE", `there is no key file at ${file}`, {
      at: { file },
      hint: "atk registry keygen, or --key-file FILE",
    });
  if ((stat.mode & 0o077) !== 0 && stat.uid !== undefined)
    throw new AtkError("E_FILE", `the key file ${file} can be read by others`, {
      at: { file },
      hint: `chmod 600 ${file}`,
    });
  await refuseInGit(file, files);
  return new TextDecoder().decode(await files.read(file));
}

async function openKey(text: string, passphrase: Signing["passphrase"]): Promise<SecretKey> {
  // The two letters for the derivation say whether there is a passphrase. (minisign's key format)
  const locked = Buffer.from(text.split(/\r?\n/)[1] ?? "", "base64").toString("latin1", 2, 4) === "Sc";
  return openSecretKey(text, locked ? await passphrase() : undefined);
}

async function refuseInGit(file: string, files: Host["files"]): Promise<void> {
  const repository = await findRepository(files, dirname(file));
  if (repository === undefined) return;
  throw new AtkError(
    "E_SECRET_IN_GIT",
    `${file} lies in the git repository ${repository}; a secret key is never kept there`,
    {
      at: { file },
      hint: "name a place outside of it: --key-file FILE",
    },
  );
}
