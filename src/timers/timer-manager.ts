import type { Host } from "../core/host.ts";
import type { TimerKnowledge } from "../core/resource.ts";
import type { Ticks } from "./ticks.ts";

/** What a manager needs to know of one timer. */
export interface TimerWish {
  readonly name: string;
  readonly description: string;
  readonly ticks: Ticks;
  /** An absolute path and arguments. */
  readonly command: readonly string[];
  /** For what the manager itself cannot keep: absolute, below atk's state folder. */
  readonly directory: string;
}

/** When a timer was started last and will be next; what the manager does not tell is absent. */
export interface TimerTimes {
  /** ISO 8601. */
  readonly next?: string;
  readonly last?: string;
  /** false: it stands there and the system does not heed it. */
  readonly isActive: boolean;
}

/** What starts things by the clock on one kind of system. Every function throws AtkError E_SERVICE or E_PROGRAM. */
export interface TimerManager {
  readonly id: TimerKnowledge["manager"];
  /** Everything the system is told, as one text. @throws AtkError E_USAGE for words that it cannot hold */
  describe(wish: TimerWish): string;
  /** The same as it stands there; undefined when nothing does, or it is switched off as a whole. Changes nothing. */
  observe(wish: TimerWish, host: Host): Promise<string | undefined>;
  /** Puts it there, in the place of one of that name. */
  install(wish: TimerWish, host: Host): Promise<void>;
  /** No effect when it is not there. */
  remove(name: string, host: Host): Promise<void>;
  times(name: string, host: Host): Promise<TimerTimes>;
}
