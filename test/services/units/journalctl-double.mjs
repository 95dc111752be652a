/** Stands for journalctl, with the lines of each unit in the state. (journalctl(1)) */
import { note, read, refuse } from "./double-state.mjs";

const args = process.argv.slice(2);
note("journalctl");
const known = /^--(user|output=cat|no-pager|quiet|follow|no-tail|lines=\d+|unit)$/;
const unit = args[args.indexOf("--unit") + 1];
const other = args.find((word) => word !== unit && !known.test(word));
if (other !== undefined) refuse(1, `journalctl: unrecognized option '${other}'`);

const { journal, noJournal } = read();
if (noJournal) refuse(1, "No journal files were opened due to insufficient permissions.");
const lines = args.find((word) => word.startsWith("--lines="))?.slice("--lines=".length);
const follows = args.includes("--follow");
let shown = journal[unit]?.length ?? 0;
const first = lines ?? (follows && !args.includes("--no-tail") ? "10" : shown);
print((journal[unit] ?? []).slice(Math.max(0, shown - Number(first))));
if (follows) setInterval(more, 20);

function more() {
  const now = read().journal[unit] ?? [];
  print(now.slice(shown));
  shown = now.length;
}

function print(texts) {
  process.stdout.write(texts.map((text) => `${text}\n`).join(""));
}
