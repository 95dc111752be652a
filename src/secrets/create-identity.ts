import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import type { Files, Host } from "../core/host.ts";
import { systemCode } from "../host/file-fault.ts";
import { generateKey, publicKeyOf } from "./age.ts";
import { identityFile, readIdentity, type Identity } from "./identity-file.ts";

/**
 * The identity of this machine; the first time it is made, in a file for the user alone (0600, in a folder 0700). One that is there is
 * never overwritten. Of several that make one at the same moment one wins, and all get that one.
 * @throws AtkError as `readIdentity`.
 */
export async function ensureIdentity(host: Host): Promise<Identity> {
  return (await readIdentity(host)) ?? (await create(host));
}

async function create(host: Host): Promise<Identity> {
  const file = identityFile(host.machine);
  const secretKey = await generateKey();
  const bytes = new TextEncoder().encode(await identityText(secretKey, host.now()));
  await makePrivateFolder(dirname(file), host.files);
  await putExclusively(file, bytes, host.files);
  // Read back: it may be that of another process.
  return (await readIdentity(host)) ?? { place: file, secretKey: () => secretKey };
}

/** What age-keygen writes. (age 1.1, cmd/age-keygen: "# created:" in RFC 3339, "# public key:", the key) */
async function identityText(secretKey: string, now: Date): Promise<string> {
  const created = now.toISOString().replace(/\.\d+Z$/, "Z");
  return `# created: ${created}\n# public key: ${await publicKeyOf(secretKey)}\n${secretKey}\n`;
}

/** Written in full under another name first: whoever finds the name, finds the whole key. */
async function putExclusively(file: string, bytes: Uint8Array, files: Files): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  await files.create(draft, bytes, 0o600);
  try {
    await files.hardLink(draft, file);
  } catch (error) {
    // Some file systems have no hard links; there the name itself is the arbiter.
    if (systemCode(error) !== "EEXIST") await ignoreExisting(() => files.create(file, bytes, 0o600));
  } finally {
    await files.unlink(draft);
  }
  await files.syncDirectory(dirname(file));
}

async function ignoreExisting(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (systemCode(error) !== "EEXIST") throw error;
  }
}

/** Those above that are missing are made too; ones that are there keep their permissions. */
async function makePrivateFolder(path: string, files: Files): Promise<void> {
  if ((await files.realPath(path)) !== undefined || dirname(path) === path) return;
  await makePrivateFolder(dirname(path), files);
  await files.makeDirectory(path, 0o700);
}
