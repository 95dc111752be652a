import { exactName } from "../../pins/exact-words.ts";
import type { Context } from "../context.ts";
import type { Launchable } from "../launch/launch-record.ts";
import type { LoadedServers } from "../server-specs.ts";
import { standingOf, storeSwap } from "./start-pinned.ts";

/** What is remembered of a server, with its pin; undefined for one that the long way refuses. */
export function pinnedStart(
  launchable: Launchable,
  { owner, server }: { readonly owner: string; readonly server: string },
  loaded: LoadedServers,
  context: Context,
): Launchable | undefined {
  const { policy } = loaded.inputs.manifest;
  const standing = standingOf(server, owner, loaded);
  if (standing.state === "unpinned" && policy.unpinned === "deny") return undefined;
  if (standing.state !== "pinned") return launchable;
  const { pin, fetched } = standing;
  const swap = pin.type === "npm" ? storeSwap(pin, fetched, policy, context) : undefined;
  if (swap !== undefined) return { ...launchable, pinned: { kind: "store", swap } };
  const word = fetched.prefix + exactName(pin);
  return { ...launchable, pinned: { kind: "word", at: fetched.at, word } };
}
