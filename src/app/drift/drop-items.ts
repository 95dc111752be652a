import { locatorKey } from "../../core/resource.ts";
import { providerOf } from "../../primitives/providers.ts";
import type { Context } from "../context.ts";
import type { Item } from "../make-plan.ts";
import { entryAt, type Beside } from "./beside.ts";
import { newId } from "./find-edits.ts";

/** Entries of others, by id, as changes that take them away. A copy of the file is kept. */
export async function dropItems(
  beside: readonly Beside[],
  ids: readonly string[],
  context: Pick<Context, "look" | "digest">,
): Promise<readonly Item[]> {
  if (ids.length === 0) return [];
  const named = beside.flatMap(({ map, names }) =>
    names.filter((name) => ids.includes(newId(map, name))).map((name) => ({ map, name })),
  );
  return Promise.all(
    named.map(async ({ map, name }): Promise<Item> => {
      const locator = entryAt(map, name);
      const subject = { locator, content: undefined, shape: undefined, recorded: undefined, followsLinks: true };
      const observed = await providerOf(locator.kind).observe(subject, context);
      const expected = observed.state === "present" ? observed.digest : "";
      const base = { address: newId(map, name), noun: "mcp_server", owner: name, agents: map.agents, locator } as const;
      return {
        key: locatorKey(locator),
        resource: undefined,
        recorded: { ...base, digest: expected, origin: "created" },
        keepsCopy: true,
        change: { ...base, verdict: "delete", expected, after: null },
      };
    }),
  );
}
