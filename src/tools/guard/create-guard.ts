import type { Offer } from "../offer.ts";
import { checkCalls } from "./check-calls.ts";
import { checkLists } from "./check-lists.ts";
import type { Desk, Say } from "./guard-desk.ts";
import type { GuardRules } from "./guard-rules.ts";
import { createJudge } from "./judge-items.ts";

/** Stands between a client and a server, line by line: each line is a JSON-RPC message, or a batch of them. */
export interface Guard {
  /** What goes on to the server, and what the client is answered at once. */
  fromClient(line: string): { readonly forward?: string; readonly answer?: string };
  /** What goes on to the client. */
  fromServer(line: string): string;
}

/** A guard that keeps to `rules`; `say` gets each sentence for people once. */
export function createGuard(rules: GuardRules, recorded: Offer | undefined, say: Say): Guard {
  const judge = createJudge(rules, recorded);
  const desk: Desk = { server: rules.server, judge, withheld: new Map(), say: once(say) };
  return { fromClient: (line) => checkCalls(line, desk), fromServer: (line) => checkLists(line, desk) };
}

function once(say: Say): Say {
  const said = new Set<string>();
  return (sentence) => {
    if (said.has(sentence)) return;
    said.add(sentence);
    say(sentence);
  };
}
