import { join } from "node:path";
import { bareNode } from "../atk.mjs";
import { atMostTimesNode, toRows } from "../judge.mjs";
import { measure } from "../measure.mjs";
import { createScratch, writeFiles } from "../scratch.mjs";

const ENTRIES = 5000;
const WORDS = ["search", "deploy", "browser", "postgres", "issues", "calendar", "memory", "files", "traces", "tickets"];

/** Searching the index of one registry of your own, in a folder, with the built-in one beside it. */
export function search({ atk, runs, progress }) {
  const scratch = createScratch("search");
  try {
    writeFiles(scratch.root, { "acme/index.json": index(), "home/atk.yaml": manifest() });
    const env = { ...scratch.env, ATK_HOME: join(scratch.root, "home") };
    const place = { cwd: join(scratch.root, "home"), env };
    const kinds = {
      "a word": ["postgres"],
      "a mistake": ["postgrse"],
      "two words": ["deploy tickets"],
      everything: [],
    };
    const cases = Object.entries(kinds).map(([kind, words]) => ({
      name: `atk search (${kind})`,
      command: atk.command(["search", ...words, "--json"], place),
    }));
    const goals = Object.fromEntries(cases.map(({ name }) => [name, atMostTimesNode(10)]));
    const measured = measure([bareNode(place), ...cases], runs, progress);
    return [{ title: `Search over ${ENTRIES.toLocaleString("en")} entries`, rows: toRows(measured, goals) }];
  } finally {
    scratch.remove();
  }
}

function manifest() {
  return 'schema_version: "2026-11-21"\nagents: [cursor]\nregistries:\n  - { name: acme, url: ../acme }\n';
}

function index() {
  const word = (at) => WORDS[at % WORDS.length];
  const plugins = Array.from({ length: ENTRIES }, (_, at) => {
    const name = `${word(at)}-tool-${String(at).padStart(4, "0")}`;
    return {
      name,
      path: `plugins/${name}`,
      description: `Lets an agent work with ${word(at + 1)} and ${word((at * 7) % 9)} of team ${at % 97}`,
      version: `1.${at % 20}.0`,
      tags: [word(at), word(at + 3)],
      maturity: "community",
      integrity: `sha256-${at.toString(16).padStart(64, "0")}`,
      executables: [],
      provides: ["stdio", "skill"],
    };
  });
  return `${JSON.stringify({ schema_version: "2026-11-21", plugins }, undefined, 2)}\n`;
}
