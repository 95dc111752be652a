import type { Pin } from "../manifest/lock.ts";
import type { Fetched } from "./read-command.ts";

export type Fixed = Exclude<Pin, { type: "unpinned" }>;

/** Whether a pin is one of what the words fetch now: they may have been changed since it was made. */
export function answers(pin: Pin | undefined, fetched: Fetched): pin is Fixed {
  if (pin === undefined || pin.type === "unpinned") return false;
  switch (pin.type) {
    case "npm":
      return fetched.type === "npm" && answersNpm(pin, fetched.package, fetched.range);
    case "pypi":
      return fetched.type === "pypi" && pin.package === fetched.package && isRange(fetched.range, `==${pin.version}`);
    case "image":
      return fetched.type === "image" && pin.image === fetched.image;
  }
}

function answersNpm(pin: Extract<Pin, { type: "npm" }>, name: string, range: string): boolean {
  return pin.package === name && isRange(range, pin.version);
}

/** A range that is no exact version is taken to be the one that the pin was made from. */
function isRange(range: string, exact: string): boolean {
  return range === exact || !/^(==)?\d+\.\d+\.\d+([-+][\w.+-]*)?$/.test(range);
}

/** The same words with the exact version or digest in the place of what was written: the runner fetches just that. */
export function exactWords(words: readonly string[], fetched: Fetched, pin: Fixed): readonly string[] {
  if (fetched.type === "unclear") return words;
  const exact = fetched.prefix + exactName(pin);
  return words.map((word, at) => (at === fetched.at ? exact : word));
}

/** `@acme/server@1.2.3`, `mcp-server==1.2.3`, `ghcr.io/acme/server:1@sha256:...` */
export function exactName(pin: Fixed): string {
  switch (pin.type) {
    case "npm":
      return `${pin.package}@${pin.version}`;
    case "pypi":
      return `${pin.package}==${pin.version}`;
    case "image":
      return `${pin.image.replace(/@sha256:[0-9a-f]{64}$/, "")}@${pin.digest}`;
  }
}
