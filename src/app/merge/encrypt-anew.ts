import type { ReadHost } from "../../core/host.ts";

export interface EncryptedAnew {
  readonly text: string;
  /** Those that this machine cannot open; they stay as they are. */
  readonly left: readonly string[];
}

/**
 * The text of a merged secrets file with these secrets (`Merged.needsReencrypt`) encrypted for just the machines it names.
 * It gives every machine in the file these secrets: where the merge brought a new one, a person is to have seen its name first, as
 * anybody who can push can write a machine into the file.
 * @throws AtkError E_MANIFEST for the text, E_FILE for this machine's identity.
 */
export async function encryptAnew(
  text: string,
  names: readonly string[],
  file: string,
  host: ReadHost,
): Promise<EncryptedAnew> {
  const { readIdentity } = await import("../../secrets/identity-file.ts");
  const { parseSecrets } = await import("../../secrets/parse-secrets.ts");
  const { reencrypt } = await import("../../secrets/reencrypt.ts");
  const { decrypt } = await import("../../secrets/age.ts");
  const identity = await readIdentity(host);
  if (identity === undefined) return { text, left: names };
  const secrets = new Map<string, string>();
  for (const [name, value] of (await parseSecrets(text, file)).secrets) {
    if (!names.includes(name)) continue;
    if ((await decrypt(value, identity.secretKey())).is === "open") secrets.set(name, value);
  }
  const done = await reencrypt(text, { secrets, identity }, file);
  return { text: done.text, left: names.filter((name) => !secrets.has(name)) };
}
