// npm run bench: how fast atk is, beside bare node, a floor and its peers. Never fails for being slow.
//   --runs N      rounds of every measurement (15)          --json       the result as JSON on stdout
//   --only NAME   one part: start-up, launcher, plugins, targets, servers, services, store, search, quiet, backup     --survival   what hand edits survive, instead
//   --main FILE   the entry of another build of atk         --offline    only peers that are in the cache already
//   --backup-mb N   how much data the backup part has (200; the measure is 2048), always 20,000 files
//   --keep-node-env   NODE_* variables reach what is measured (they slow bare node down; left out otherwise)
import { join } from "node:path";
import { parseArgs } from "node:util";
import { atkAt, ROOT } from "./atk.mjs";
import { machineFacts, showFacts } from "./machine.mjs";
import { showSection } from "./report.mjs";
import { backup } from "./sections/backup.mjs";
import { launcher } from "./sections/launcher.mjs";
import { plugins } from "./sections/plugins.mjs";
import { quiet } from "./sections/quiet.mjs";
import { search } from "./sections/search.mjs";
import { servers } from "./sections/servers.mjs";
import { services } from "./sections/services.mjs";
import { startUp } from "./sections/start-up.mjs";
import { store } from "./sections/store.mjs";
import { targets } from "./sections/targets.mjs";
import { survival } from "./survival/survival.mjs";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "15" },
    json: { type: "boolean", default: false },
    only: { type: "string", multiple: true },
    survival: { type: "boolean", default: false },
    main: { type: "string", default: join(ROOT, "dist", "main.js") },
    offline: { type: "boolean", default: false },
    "backup-mb": { type: "string", default: "200" },
    "keep-node-env": { type: "boolean", default: false },
  },
});

const PARTS = { "start-up": startUp, launcher, plugins, targets, servers, services, store, search, quiet, backup };

const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs takes a whole number above 0, not ${values.runs}`);
const chosen = values.survival ? { survival } : pick(values.only ?? Object.keys(PARTS));
const facts = machineFacts();
const sections = [];

if (!values.json) console.log(`${showFacts(facts, values.survival ? undefined : runs)}\n`);
for (const [name, part] of Object.entries(chosen)) {
  const backupMb = Number(values["backup-mb"]);
  const found = await part({
    atk: atkAt(values.main),
    runs,
    offline: values.offline,
    backupMb,
    progress: sayProgress(name),
  });
  for (const section of found) if (!values.json) console.log(`${section.text ?? showSection(section)}\n`);
  sections.push(...found);
}
if (values.json)
  console.log(
    JSON.stringify({ facts, runs, sections: sections.map(({ text: _shown, ...data }) => data) }, undefined, 2),
  );

function pick(names) {
  const unknown = names.filter((name) => !(name in PARTS));
  if (unknown.length > 0) throw new Error(`--only takes ${Object.keys(PARTS).join(", ")}, not ${unknown.join(", ")}`);
  return Object.fromEntries(names.map((name) => [name, PARTS[name]]));
}

/** On a terminal one line that is written over; else nothing. */
function sayProgress(name) {
  if (!process.stderr.isTTY) return () => {};
  return (round, of) =>
    process.stderr.write(round < of ? `\r${name}: round ${round} of ${of} ` : `\r${" ".repeat(60)}\r`);
}
