// Interleaved timing: in every round each case runs once, so that a busy minute of the machine hits all of them alike.
import { runCommand } from "./command.mjs";

/**
 * Wall times of `cases` (`{ name, command, before? }`), `runs` rounds after one round to warm up.
 * `before` runs untimed just before its command. Gives the cases with `samples` and `medianMs`, in milliseconds.
 */
export function measure(cases, runs, progress = () => {}) {
  const samples = new Map(cases.map((each) => [each, []]));
  for (let round = -1; round < runs; round += 1) {
    progress(round + 1, runs);
    for (const each of rotated(cases, round)) {
      const elapsedMs = runOnce(each);
      if (round >= 0) samples.get(each).push(elapsedMs);
    }
  }
  return cases.map((each) => ({ ...each, samples: samples.get(each), medianMs: median(samples.get(each)) }));
}

/**
 * The same for cases whose `run()` resolves when the clock is to be stopped; what it resolves with, if it is a function, is called
 * and waited for after that.
 */
export async function measureAsync(cases, runs, progress = () => {}) {
  const samples = new Map(cases.map((each) => [each, []]));
  for (let round = -1; round < runs; round += 1) {
    progress(round + 1, runs);
    for (const each of rotated(cases, round)) {
      const start = process.hrtime.bigint();
      const after = await each.run();
      const elapsedMs = Number(process.hrtime.bigint() - start) / 1e6;
      if (typeof after === "function") await after();
      if (round >= 0) samples.get(each).push(elapsedMs);
    }
  }
  return cases.map((each) => ({ ...each, samples: samples.get(each), medianMs: median(samples.get(each)) }));
}

function runOnce({ before, command }) {
  before?.();
  return runCommand(command).elapsedMs;
}

/** Nobody always runs right after the same neighbour. */
function rotated(cases, round) {
  const first = Math.max(round, 0) % cases.length;
  return [...cases.slice(first), ...cases.slice(0, first)];
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
