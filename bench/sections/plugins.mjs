import { bareNode } from "../atk.mjs";
import { AGENTS, writePlugins } from "../homes.mjs";
import { atMostTimesNode, toRows } from "../judge.mjs";
import { measure } from "../measure.mjs";
import { createWiredHome, floorCase, forget } from "../wired-home.mjs";

const COMMANDS = ["plan", "status"];

/** Nothing to do, 100 and 1,000 local plugins on five clients. */
export function plugins({ atk, runs, progress }) {
  const homes = [100, 1000].map((count) => ({ count, home: pluginHome(count, atk) }));
  const anew = forget(pluginHome(100, atk));
  try {
    const cases = [...homes.flatMap(({ count, home }) => casesOf(count, home)), ...anewCases(anew)];
    const measured = measure([bareNode(homes[0].home.place), ...cases], runs, progress);
    const of = (name) => measured.find((each) => each.name === name).medianMs;
    const goals = Object.fromEntries(
      COMMANDS.flatMap((word) => [
        [label(word, 100), atMostTimesNode(3)],
        [label(word, 1000), (medianMs, bareMs) => eightfold(medianMs - bareMs, of(label(word, 100)) - bareMs)],
      ]),
    );
    return [{ title: "Plugins: nothing to do, five clients, warm", about: ABOUT, rows: toRows(measured, goals) }];
  } finally {
    for (const home of [...homes.map((each) => each.home), anew]) home.remove();
  }
}

const ABOUT = [
  `Clients: ${AGENTS.join(", ")}. Each plugin is a folder of four files with one MCP server.`,
  "Nothing remembered: as after an edit beside atk's entries; else an apply has kept its answer and what it read for it.",
  "The predecessor took 3.2 s for status at 100 plugins (another machine of a like class, not measured here).",
];

const label = (word, count) => `atk ${word}, ${count} plugins`;

const pluginHome = (count, atk) =>
  createWiredHome(
    { label: `plugins-${count}`, agents: AGENTS, manifest: (home) => writePlugins(home, count, AGENTS) },
    atk,
  );

function casesOf(count, home) {
  return COMMANDS.map((word) => ({ name: label(word, count), command: home.command(word) }));
}

/** Without what the apply has remembered, beside the floor of what is read then. */
function anewCases(home) {
  const floor = floorCase(home, AGENTS);
  const cases = COMMANDS.map((word) => ({
    name: `${label(word, 100)}, nothing remembered`,
    command: home.command(word),
  }));
  return [...cases, { ...floor, name: `${floor.name}, 100 plugins` }];
}

function eightfold(aboveMs, hundredMs) {
  const factor = aboveMs / hundredMs;
  return { goal: "<= 8 x of 100, above node", met: factor <= 8, note: `${factor.toFixed(1)} x of 100` };
}
