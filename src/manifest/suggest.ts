import { closest, distance } from "fastest-levenshtein";

/** What people write who know another tool, and what it is called here. */
const OTHER_SPELLINGS: Readonly<Record<string, readonly string[]>> = {
  macos: ["darwin"],
  mac: ["darwin"],
  osx: ["darwin"],
  win32: ["windows"],
  win: ["windows"],
  amd64: ["x64"],
  x86_64: ["x64"],
  aarch64: ["arm64"],
  environment: ["env", "env_vars"],
  clients: ["agents"],
  servers: ["mcp_servers"],
  disabled: ["enabled"],
  type: ["transport"],
  endpoint: ["url"],
  directory: ["path"],
  rules: ["instructions"],
  "streamable-http": ["http"],
};

/**
 * The candidate that was probably meant by `word`: another tool's spelling of it, a slip of the keyboard, or a part of
 * its name. Undefined when nothing is near.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0 || word === "") return undefined;
  const lower = word.toLowerCase();
  const lowered = candidates.map((candidate) => candidate.toLowerCase());
  const found = otherSpelling(lower, lowered) ?? slip(lower, lowered) ?? part(lower, lowered);
  return found === undefined ? undefined : candidates[lowered.indexOf(found)];
}

/** The hint for it: "did you mean `x`?". */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const meant = suggest(word, candidates);
  return meant === undefined ? undefined : `did you mean \`${meant}\`?`;
}

function otherSpelling(word: string, candidates: readonly string[]): string | undefined {
  const meant = Object.hasOwn(OTHER_SPELLINGS, word) ? OTHER_SPELLINGS[word] : undefined;
  return meant?.find((name) => candidates.includes(name));
}

function slip(word: string, candidates: readonly string[]): string | undefined {
  const near = closest(word, candidates);
  const steps = distance(word, near);
  const length = Math.max(word.length, near.length);
  if (steps <= Math.max(2, length / 3) && steps <= length / 2) return near;
  return candidates.find((name) => letters(name) === letters(word));
}

const letters = (word: string) => [...word].sort().join("");

function part(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < 3) return undefined;
  return candidates.find((name) => name.startsWith(word) || (name.length >= 3 && word.startsWith(name)));
}
