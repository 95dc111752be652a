/** Runs work when a place is free, in the order in which it came. */
export type Turn = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface MapOptions {
  /** How many may hold a place at once. Default 32. */
  readonly places?: number;
}

const DEFAULT_PLACES = 32;

/**
 * The same for every service, all at the same time, results in the order of the services. A socket costs next to nothing, so it
 * is not counted; what starts programs asks for a place: hand `turn` to `probe` and `healthOf`, and call a driver's
 * `observe` inside `turn(() => ...)`. A time limit begins with the place, not in the queue.
 * Waits for all, also when one throws; then throws what the first of them threw.
 */
export async function mapServices<Service, Result>(
  services: readonly Service[],
  work: (service: Service, turn: Turn) => Promise<Result>,
  { places = DEFAULT_PLACES }: MapOptions = {},
): Promise<readonly Result[]> {
  const turn = createTurn(places);
  const settled = await Promise.allSettled(services.map(async (service) => work(service, turn)));
  return settled.map((result) => {
    if (result.status === "rejected") throw result.reason;
    return result.value;
  });
}

/** At most `places` at once. */
export function createTurn(places: number): Turn {
  let free = places;
  const queue: (() => void)[] = [];
  const enter = (): Promise<void> => {
    if (free === 0) return new Promise((resolve) => queue.push(resolve));
    free -= 1;
    return Promise.resolve();
  };
  const leave = (): void => {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return async (work) => {
    await enter();
    try {
      return await work();
    } finally {
      leave();
    }
  };
}
