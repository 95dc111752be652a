import type { Json } from "../../core/json.ts";
import type { List } from "../offer.ts";
import { visible } from "../visible.ts";
import type { Judge, Verdict } from "./judge-items.ts";

/** Says a sentence for people. */
export type Say = (sentence: string) => void;

/** What both directions of a guard know. */
export interface Desk {
  readonly server: string;
  readonly judge: Judge;
  /** What was kept from the client, and why, by list and key. */
  readonly withheld: Map<string, Verdict>;
  readonly say: Say;
}

export interface Refused {
  readonly server: string;
  readonly list: List;
  readonly name: string;
  readonly verdict: Extract<Verdict, { pass: false }>;
}

export const NOUNS = {
  tools: "tool",
  prompts: "prompt",
  resources: "resource",
  resourceTemplates: "resource template",
} as const;

/** Why something is withheld, and what to do about it. */
export function refusalText({ server, list, name, verdict }: Refused): string {
  const what = `atk withholds the ${NOUNS[list]} '${visible(name)}' of ${server}: it ${verdict.reason}`;
  if (verdict.isSilent === true) return what;
  return `${what}. To see what it says now: atk mcp test --check ${server}. To accept it: atk mcp test --record ${server}`;
}

/** A line as JSON; undefined when it is none. */
export function parse(line: string): Json | undefined {
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}
