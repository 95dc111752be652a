import type { Json } from "../core/json.ts";
import type { Answers, Disagreement } from "./merge-text.ts";
import type { Place } from "./manifest-shapes.ts";
import type { Three } from "./three-way.ts";

/** Gathers what both sides changed, each another way. */
export interface Questions {
  readonly open: readonly Disagreement[];
  /** What counts: as it was answered, else ours. */
  settle<T>(id: string, values: Three<T>, shown?: Three<Json>): T | undefined;
}

export function createQuestions(answers: Answers): Questions {
  const open = new Map<string, Disagreement>();
  return {
    get open() {
      return [...open.values()];
    },
    settle(id, values, shown) {
      const answer = Object.hasOwn(answers, id) ? answers[id] : undefined;
      if (answer === undefined) open.set(id, { id, ...(shown ?? (values as Three<Json>)) });
      return answer === "theirs" ? values.theirs : values.ours;
    },
  };
}

/** `plugins.github.source.version`; a key with other characters stands in quotes. */
export function idOf(place: Place): string {
  return place.map((key) => (/^[\w@/:-]+$/.test(key) ? key : JSON.stringify(key))).join(".");
}
