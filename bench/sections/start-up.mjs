import { bareNode } from "../atk.mjs";
import { atMostTimesNode, toRows } from "../judge.mjs";
import { measure } from "../measure.mjs";
import { createScratch } from "../scratch.mjs";

/** The commands that do no work: what starting atk costs. */
export function startUp({ atk, runs, progress }) {
  const scratch = createScratch("start");
  try {
    const place = { cwd: scratch.root, env: scratch.env };
    const words = ["--version", "--help"];
    const cases = words.map((word) => ({ name: `atk ${word}`, command: atk.command([word], place) }));
    const goal = atMostTimesNode(1.5);
    const measured = measure([bareNode(place), ...cases], runs, progress);
    return [{ title: "Start-up", rows: toRows(measured, { "atk --version": goal, "atk --help": goal }) }];
  } finally {
    scratch.remove();
  }
}
