import { join } from "node:path";
import { lifeOf } from "../../host/process-identity.ts";
import { parseHolder, type Holder } from "../../log/lock-claims.ts";
import type { Context } from "../context.ts";

export interface SeenClaim {
  readonly holder: Holder;
  readonly life: ReturnType<typeof lifeOf>;
  readonly file: string;
}

/** Who has put a claim into the lock of the home; unlike taking the lock it clears nothing away. */
export async function readClaims({ host, workspace }: Context): Promise<readonly SeenClaim[]> {
  const folder = join(workspace.stateDirectory, "lock");
  const entries = (await host.files.list(folder)) ?? [];
  const claims = await Promise.all(
    entries.map(async ({ name }): Promise<readonly SeenClaim[]> => {
      const file = join(folder, name);
      const bytes = await host.files.read(file);
      const holder = bytes === undefined ? undefined : parseHolder(bytes);
      return holder === undefined ? [] : [{ holder, life: lifeOf(holder), file }];
    }),
  );
  return claims.flat();
}
