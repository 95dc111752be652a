import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

/** package.json, engines. */
const OLDEST = [20, 19] as const;

export const node: Check = {
  id: "node",
  title: "Node.js",
  about: "machine",
  examine: async () => [judgeNode(process.versions.node)],
};

/** `version`: "20.19.0". */
export function judgeNode(version: string): Answer {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return { state: "ok", detail: version };
  return {
    state: "problem",
    detail: `${version} is older than ${OLDEST.join(".")}, the oldest one atk works with`,
    fix: "nvm install --lts",
  };
}
