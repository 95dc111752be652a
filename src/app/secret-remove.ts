import { AtkError } from "../core/errors.ts";
import { removeSecret } from "../secrets/edit-secrets.ts";
import type { Committed } from "./commit-written.ts";
import type { Context } from "./context.ts";
import { changeSecrets } from "./secret-change.ts";
import { refuseMissing } from "./secret-set.ts";
import { secretUses, usersOf } from "./secret-uses.ts";

export interface SecretRemoved {
  readonly name: string;
  /** Entries of the manifest that name it still. */
  readonly usedBy: readonly string[];
  readonly committed?: Committed;
}

/**
 * Takes a secret out of the store. Git's history keeps it for the machines that could open it.
 * @throws AtkError E_ENV when there is none; E_USAGE when entries use it and `force` is not given
 */
export async function removeSecretNamed(
  name: string,
  { force }: { readonly force: boolean },
  context: Context,
): Promise<SecretRemoved> {
  const { result, committed } = await changeSecrets(
    `Remove secret '${name}'`,
    async (store, { written }) => {
      refuseMissing(name, store);
      const usedBy = usersOf(name, secretUses(written));
      if (usedBy.length > 0 && !force) throw stillUsed(name, usedBy, context.workspace.manifestFile);
      return { text: await removeSecret(store.text, name, store.path), result: { name, usedBy } };
    },
    context,
  );
  return { ...result, ...(committed === undefined ? {} : { committed }) };
}

function stillUsed(name: string, usedBy: readonly string[], file: string): AtkError {
  return new AtkError("E_USAGE", `${name} is used by ${usedBy.join(", ")} in ${file}, so it was not removed`, {
    at: { file },
    hint: `take { secret: ${name} } out of the manifest first, or atk secret rm ${name} --force`,
  });
}
