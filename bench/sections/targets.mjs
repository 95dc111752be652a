import { bareNode } from "../atk.mjs";
import { AGENTS, makeServers, serversManifest } from "../homes.mjs";
import { atMostAboveNode, toRows } from "../judge.mjs";
import { measure } from "../measure.mjs";
import { createWiredHome, floorCase } from "../wired-home.mjs";

const SHAPES = [
  { servers: 1000, agents: ["claude-code"] },
  { servers: 200, agents: AGENTS },
];

/** 1,000 entries in client files, nothing to do. */
export function targets({ atk, runs, progress }) {
  const homes = SHAPES.map((shape) => ({ ...shape, home: serverHome(shape, atk) }));
  try {
    const cases = homes.flatMap(casesOf);
    const measured = measure([bareNode(homes[0].home.place), ...cases], runs, progress);
    const goals = Object.fromEntries(homes.map((each) => [label(each), atMostAboveNode(200)]));
    return [{ title: "1,000 targets: nothing to do", rows: toRows(measured, goals) }];
  } finally {
    for (const { home } of homes) home.remove();
  }
}

const label = ({ servers, agents }) =>
  `atk plan, ${servers} servers x ${agents.length} client${agents.length === 1 ? "" : "s"}`;

const serverHome = ({ servers, agents }, atk) =>
  createWiredHome({ label: "targets", agents, manifest: () => serversManifest(makeServers(servers), agents) }, atk);

function casesOf({ home, servers, agents }) {
  const floor = floorCase(home, agents);
  return [
    { name: label({ servers, agents }), command: home.command("plan") },
    { ...floor, name: `${floor.name}, ${servers} x ${agents.length}` },
  ];
}
