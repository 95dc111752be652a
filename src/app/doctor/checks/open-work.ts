import { hasOpenWork } from "../../open-work.ts";
import type { Check } from "../check.ts";
import { readClaims } from "../read-claims.ts";

/** A lock says who works now; an open journal that nobody works on was left behind. */
export const openWork: Check = {
  id: "open-work",
  title: "Open work",
  about: "home",
  async examine(context) {
    const claims = await readClaims(context);
    const alive = claims.filter(({ life }) => life !== "gone");
    if (alive.length > 0)
      return alive.map(({ holder, life, file }) => {
        const whom = `'${holder.label}', process ${holder.pid} on ${holder.hostname}, since ${holder.since}`;
        if (life === "alive") return { state: "info", detail: `atk is working on this home now: ${whom}` };
        const detail = `somebody holds the lock of this home, and it cannot be told from here whether it lives: ${whom}`;
        return { state: "warning", detail, at: { file } };
      });
    if (await hasOpenWork(context))
      return [
        {
          state: "problem",
          detail: "an apply was stopped half way; the next one finishes it or takes it back",
          fix: "atk apply",
        },
      ];
    return [{ state: "ok", detail: "none" }];
  },
};
