const UNITS = ["B", "KiB", "MiB", "GiB"];

/** A number of bytes for people: `3 B`, `1.5 MiB`. */
export function showBytes(sizeBytes: number): string {
  const step = Math.min(UNITS.length - 1, sizeBytes === 0 ? 0 : Math.floor(Math.log2(sizeBytes) / 10));
  const value = sizeBytes / 1024 ** step;
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[step] ?? ""}`;
}
