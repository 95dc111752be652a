import { AtkError } from "../core/errors.ts";
import { decrypt, type Opened } from "./age.ts";
import type { Identity } from "./identity-file.ts";
import { NEXT } from "./next-steps.ts";

export interface Sealed {
  readonly name: string;
  readonly ciphertext: string;
}

/** The value of one secret. @throws AtkError E_ENV, E_MANIFEST naming the secret and why it cannot be opened. */
export async function openSecret({ name, ciphertext }: Sealed, identity: Identity, file: string): Promise<string> {
  const opened = await decrypt(ciphertext, identity.secretKey());
  if (opened.is === "open") return opened.value;
  const message = `cannot open the secret ${name}: ${REASONS[opened.is]}`;
  if (opened.is === "other-key") throw new AtkError("E_ENV", message, { at: { file }, hint: NEXT.request });
  throw new AtkError("E_MANIFEST", message, { at: { file }, hint: NEXT.set(name) });
}

const REASONS: Readonly<Record<Exclude<Opened["is"], "open">, string>> = {
  "other-key": "it is not encrypted for this machine",
  damaged: "its value was changed or cut; it is not what was encrypted",
  "not-text": "what was encrypted is not UTF-8 text",
};

/**
 * All values, or none.
 * @throws AtkError E_ENV naming every secret that this identity cannot open.
 */
export async function openAll(
  secrets: ReadonlyMap<string, string>,
  identity: Identity,
  file: string,
): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  const problems: { readonly name: string; readonly message: string }[] = [];
  for (const [name, ciphertext] of secrets) {
    const opened = await decrypt(ciphertext, identity.secretKey());
    if (opened.is === "open") values.set(name, opened.value);
    else problems.push({ name, message: `${name}: ${REASONS[opened.is]}` });
  }
  if (problems.length === 0) return values;
  const names = problems.map(({ name }) => name).join(", ");
  throw new AtkError("E_ENV", `nothing was changed in ${file}: this machine cannot open ${names}`, {
    at: { file },
    hint: "do it on a machine that can, or give these secrets new values first",
    problems,
  });
}
