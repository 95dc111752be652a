import { AtkError } from "../../core/errors.ts";
import type { Context } from "../context.ts";
import { didYouMean } from "../../manifest/suggest.ts";
import { requireMachines } from "./fleet.ts";
import { recordFile, recordsIn } from "./machines-branch.ts";

const LIMIT_MS = 30_000;

/** Takes away what a machine has told. One that still works tells it again with its next sync. @throws AtkError E_NAME, E_GIT */
export async function forgetMachine(name: string, context: Context): Promise<void> {
  if (context.offline) throw new AtkError("E_GIT", "the network is not to be used", { hint: "leave out --offline" });
  const branch = await requireMachines(LIMIT_MS, context, "Forget a machine");
  const file = recordFile(name);
  let known: readonly string[] | undefined;
  await branch.update((files) => {
    known = files.has(file) ? undefined : recordsIn(files).map((record) => record.name);
    return files.has(file) ? new Map([[file, null]]) : undefined;
  });
  if (known !== undefined)
    throw new AtkError("E_NAME", `no machine ${JSON.stringify(name)} has told what it has`, {
      hint: didYouMean(name, known) ?? `known: ${known.join(", ") || "none"}`,
    });
}
