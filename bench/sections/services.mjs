import { bareNode } from "../atk.mjs";
import { runCommand } from "../command.mjs";
import { toRows } from "../judge.mjs";
import { measureAsync } from "../measure.mjs";
import { createServiceHome } from "../service-home.mjs";

/** Status of 1, 20 and 100 services; starting 10, 20 and 40. Whatever was started is stopped, also after Ctrl-C. */
export async function services({ atk, runs, progress }) {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Error("interrupted; what was started has been stopped"));
  for (const name of SIGNALS) process.once(name, interrupt);
  try {
    const status = await withHomes([1, 20, 100], { atk, signal: stop.signal }, (homes) =>
      statusOf(homes, runs, progress),
    );
    const start = await withHomes([10, 20, 40], { atk, signal: stop.signal }, (homes) =>
      startOf(homes, runs, progress),
    );
    return [status, start];
  } finally {
    for (const name of SIGNALS) process.removeListener(name, interrupt);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Milliseconds of the predecessor's status at so many plugins, on another machine of a like class. */
const PREDECESSOR = { 1: 488, 20: 643, 100: 3180 };

async function withHomes(counts, { atk, signal }, measured) {
  const homes = [];
  try {
    for (const count of counts) homes.push(await createServiceHome(count, atk, signal));
    return await measured(homes);
  } finally {
    const ended = await Promise.allSettled(homes.map((home) => home.remove()));
    for (const { reason } of ended) if (reason !== undefined) console.error(`not cleaned up: ${reason.message}`);
  }
}

async function statusOf(homes, runs, progress) {
  for (const home of homes) await home.run("start", "--all");
  const cases = homes.map((home) => ({
    name: statusLabel(home.count),
    note: `the predecessor: ${PREDECESSOR[home.count]} ms`,
    run: async () => void refuseOthers(await home.run("status"), home.count),
  }));
  const measured = await measureAsync([bareCase(homes[0]), ...cases], runs, progress);
  return {
    title: "Services: status, all of them running",
    about: [
      "Each plugin is one service of type process that sleeps, kept up by atk; nothing else is wired.",
      "The predecessor's times were taken on another machine of a like class, not measured here.",
    ],
    rows: toRows(measured),
  };
}

const statusLabel = (count) => `atk status, ${count} service${count === 1 ? "" : "s"}`;

/** A status of services that are not running would be another measurement. */
function refuseOthers(text, count) {
  const running = text.split("\n").filter((line) => /^service-\d+\s+\S+\s+running\s/.test(line)).length;
  if (running !== count) throw new Error(`${running} of ${count} services are running`);
}

async function startOf(homes, runs, progress) {
  const cases = homes.map((home) => ({
    name: startLabel(home.count),
    run: async () => {
      await home.run("start", "--all");
      return home.stopped;
    },
  }));
  const measured = await measureAsync([bareCase(homes[0]), ...cases], runs, progress);
  const bareMs = measured[0].medianMs;
  const aboveMs = (count) => measured.find(({ name }) => name === startLabel(count)).medianMs - bareMs;
  const goals = Object.fromEntries(homes.map(({ count }) => [startLabel(count), linear(count, aboveMs(10))]));
  return {
    title: "Services: start --all, from stopped",
    about: [
      "One after the other, each watched through its first 300 ms. Goal: four times as many take four times as long.",
    ],
    rows: toRows(measured, goals),
  };
}

const startLabel = (count) => `atk start --all, ${count} services`;

function linear(count, tenMs) {
  return (medianMs, bareMs) => {
    const each = `${((medianMs - bareMs) / count).toFixed(0)} ms a service`;
    if (count !== 40) return { note: each };
    const factor = (medianMs - bareMs) / tenMs;
    return { goal: "<= 4.4 x of 10, above node", met: factor <= 4.4, note: `${each}; ${factor.toFixed(1)} x of 10` };
  };
}

const bareCase = ({ place }) => {
  const { name, command } = bareNode(place);
  return { name, run: async () => void runCommand(command) };
};
