import type { ReadHost } from "../../core/host.ts";
import type { SameSecret } from "../../merge/merge-text.ts";

/** Whether two encrypted values are the same secret, as far as this machine can open them. No value leaves this function. */
export function sameSecretWith(host: ReadHost): SameSecret {
  let opening: Promise<(text: string) => Promise<string | undefined>> | undefined;
  return async (a, b) => {
    opening ??= opener(host);
    const open = await opening;
    const [left, right] = [await open(a), await open(b)];
    return left === undefined || right === undefined ? undefined : left === right;
  };
}

async function opener(host: ReadHost): Promise<(text: string) => Promise<string | undefined>> {
  const { readIdentity } = await import("../../secrets/identity-file.ts");
  const identity = await readIdentity(host).catch(() => undefined);
  if (identity === undefined) return async () => undefined;
  const { decrypt } = await import("../../secrets/age.ts");
  return async (text) => {
    const opened = await decrypt(text, identity.secretKey());
    return opened.is === "open" ? opened.value : undefined;
  };
}
