import { AtkError } from "../../core/errors.ts";
import type { Pin } from "../../manifest/lock.ts";
import type { Policy } from "../../manifest/manifest.ts";
import { answers } from "../../pins/exact-words.ts";
import type { Pinned, PinContext } from "../../pins/pin-context.ts";
import { readCommand, type Fetched } from "../../pins/read-command.ts";
import type { Context } from "../context.ts";

/** A server as far as its pin goes. */
export interface Pinnable {
  readonly id: string;
  /** Command and arguments as they are written, variables not replaced. */
  readonly words: readonly string[];
  /** What it was pinned to before, if it ever was. */
  readonly before?: Pin | undefined;
}

export interface Pins {
  readonly programs: Readonly<Record<string, Pin>>;
  /** Texts of dependency trees, by the digest that pins name them by. */
  readonly trees: Readonly<Record<string, string>>;
  /** E_INTEGRITY: a version has other content than when it was pinned; E_POLICY: it is too young. By server id. */
  readonly faults: Readonly<Record<string, AtkError>>;
}

const NO_PINS: Pins = { programs: {}, trees: {}, faults: {} };

/** Few at a time: each is a run of npm, which is work for a whole processor. */
const AT_ONCE = 4;

/** What the servers' commands run today, as exact content. May use the network. A fault of one is its own. */
export async function makePins(servers: readonly Pinnable[], policy: Policy, context: Context): Promise<Pins> {
  const wanted = servers.flatMap(({ words, ...rest }) => {
    const fetched = readCommand(words);
    return fetched === undefined ? [] : [{ ...rest, fetched }];
  });
  if (wanted.length === 0) return NO_PINS;
  const [{ makePin }, { mapBounded }] = await Promise.all([
    import("../../pins/make-pin.ts"),
    import("../../sources/map-bounded.ts"),
  ]);
  const names = wanted.map(({ id }) => id).join(", ");
  const made = await context.step(`Pin what ${names} run${wanted.length === 1 ? "s" : ""}`, () =>
    mapBounded(wanted, AT_ONCE, async ({ id, fetched, before }): Promise<Made> => {
      try {
        const pinned = await makePin(fetched, pinContext(policy, context));
        refuseRepublished(before, pinned.pin, fetched);
        return { id, pinned };
      } catch (fault) {
        if (fault instanceof AtkError) return { id, fault };
        throw fault;
      }
    }),
  );
  return pinsOf(made);
}

type Made = { readonly id: string; readonly pinned: Pinned } | { readonly id: string; readonly fault: AtkError };

function pinsOf(made: readonly Made[]): Pins {
  const good = made.flatMap((each) => ("pinned" in each ? [each] : []));
  const trees = good.flatMap(({ pinned: { pin, treeText } }) =>
    pin.type === "npm" && treeText !== undefined ? [[pin.tree, treeText] as const] : [],
  );
  return {
    programs: Object.fromEntries(good.map(({ id, pinned }) => [id, pinned.pin])),
    trees: Object.fromEntries(trees),
    faults: Object.fromEntries(made.flatMap((each) => ("fault" in each ? [[each.id, each.fault] as const] : []))),
  };
}

function pinContext({ minimumReleaseAgeMs }: Policy, { host, workspace, offline }: Context): PinContext {
  return { host, cacheDirectory: workspace.cacheDirectory, minimumReleaseAgeMs, ...(offline ? { offline } : {}) };
}

/** A version is published once. With other content under the same name, somebody has put something else in its place. */
function refuseRepublished(before: Pin | undefined, now: Pin, fetched: Fetched): void {
  if (before?.type !== "npm" || now.type !== "npm" || !answers(before, fetched)) return;
  if (before.version !== now.version || before.integrity === now.integrity) return;
  const name = `${now.package}@${now.version}`;
  throw new AtkError(
    "E_INTEGRITY",
    `${name} was published again with other content: locked ${before.integrity}, the registry now states ${now.integrity}`,
    { hint: `find out why before you use it; another version of ${now.package} can be named instead` },
  );
}
