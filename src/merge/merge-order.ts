export interface Orders {
  readonly base: readonly string[];
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
}

/**
 * The order of those ids that are kept: the new one when one side has ordered anew; what a side has added stands where it put it,
 * and what both have put in one place stands in the order of the alphabet. The sides may be exchanged. Ids are unique in each list.
 */
export function mergeOrder(orders: Orders, isKept: (id: string) => boolean): readonly string[] {
  const kept = {
    base: orders.base.filter(isKept),
    ours: orders.ours.filter(isKept),
    theirs: orders.theirs.filter(isKept),
  };
  const common = commonOrder(kept);
  const shared = new Set(common);
  const [ours, theirs] = [runsAfter(kept.ours, shared), runsAfter(kept.theirs, shared)];
  return [START, ...common].flatMap((id) => {
    const added = inAlphabet(ours.get(id) ?? [], theirs.get(id) ?? []);
    return id === START ? added : [id, ...added];
  });
}

/** Stands for the place before the first. */
const START = "\0";

/** Those that both sides have. */
function commonOrder({ base, ours, theirs }: Orders): readonly string[] {
  const inOurs = new Set(ours);
  const inTheirs = new Set(theirs);
  const inBase = new Set(base);
  const [left, right] = [ours.filter((id) => inTheirs.has(id)), theirs.filter((id) => inOurs.has(id))];
  const before = text(base.filter((id) => inOurs.has(id) && inTheirs.has(id)));
  const isAsBefore = (order: readonly string[]) => text(order.filter((id) => inBase.has(id))) === before;
  if (isAsBefore(left) && !isAsBefore(right)) return right;
  if (isAsBefore(right) && !isAsBefore(left)) return left;
  return text(left) < text(right) ? left : right;
}

const text = (ids: readonly string[]) => JSON.stringify(ids);

/** What only this side has, by the shared id before it. */
function runsAfter(order: readonly string[], shared: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const runs = new Map<string, string[]>();
  let last = START;
  for (const id of order) {
    if (shared.has(id)) last = id;
    else runs.set(last, [...(runs.get(last) ?? []), id]);
  }
  return runs;
}

/** Two runs merged like sorted lists: each keeps its own order. */
function inAlphabet(left: readonly string[], right: readonly string[]): readonly string[] {
  const [a, b] = [left[0], right[0]];
  if (a === undefined) return right;
  if (b === undefined) return left;
  return a < b ? [a, ...inAlphabet(left.slice(1), right)] : [b, ...inAlphabet(left, right.slice(1))];
}
