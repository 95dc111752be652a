import type { Context } from "../context.ts";

/** What follows a sync: the other machines are told what this one has. What fails here never fails the sync. */
export async function afterSync(context: Context): Promise<void> {
  if (context.offline) return;
  const { publishMachine } = await import("../machines/publish.ts");
  await publishMachine(context);
}
