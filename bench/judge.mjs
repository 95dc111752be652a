// Measured cases to rows of the report.

/** Every case as a row with its ratio to the first one (bare node); `goals`: name -> { goal, met } computed from the medians. */
export function toRows(measured, goals = {}) {
  const bareMs = measured[0].medianMs;
  return measured.map(({ name, medianMs, samples, note }) => ({
    name,
    medianMs,
    samples,
    ratio: medianMs / bareMs,
    aboveMs: medianMs - bareMs,
    ...(note === undefined ? {} : { note }),
    ...goals[name]?.(medianMs, bareMs),
  }));
}

export const atMostTimesNode = (factor) => (medianMs, bareMs) => ({
  goal: `<= ${factor} x node`,
  met: medianMs <= factor * bareMs,
});

export const atMostAboveNode = (limitMs) => (medianMs, bareMs) => ({
  goal: `<= ${limitMs} ms above node`,
  met: medianMs - bareMs <= limitMs,
});
