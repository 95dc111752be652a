import { describe, expect, it } from "vitest";
import type { Pin } from "../../src/manifest/lock.ts";
import { answers, exactWords, type Fixed } from "../../src/pins/exact-words.ts";
import { readCommand } from "../../src/pins/read-command.ts";

const DIGEST = `sha256:${"a".repeat(64)}`;
const NPM: Fixed = {
  type: "npm",
  package: "@acme/server",
  version: "1.2.3",
  integrity: "sha512-AA",
  tree: "sha256-00",
};
const PYPI: Fixed = { type: "pypi", package: "acme[cli]", version: "1.2.3" };
const IMAGE: Fixed = { type: "image", image: "acme/server:1", digest: DIGEST };

function exact(line: string, pin: Fixed): string {
  const words = line.split(" ");
  const fetched = readCommand(words);
  return fetched === undefined ? line : exactWords(words, fetched, pin).join(" ");
}

describe("the exact version stands where the range was, and all else stays", () => {
  it.each([
    ["npx -y @acme/server --loud", NPM, "npx -y @acme/server@1.2.3 --loud"],
    ["bunx @acme/server@latest", NPM, "bunx @acme/server@1.2.3"],
    ["npx --package=@acme/server serve", NPM, "npx --package=@acme/server@1.2.3 serve"],
    ["npx -p @acme/server serve", NPM, "npx -p @acme/server@1.2.3 serve"],
    ["uvx --python 3.12 --from=acme[cli]>=1 serve -v", PYPI, "uvx --python 3.12 --from=acme[cli]==1.2.3 serve -v"],
    ["uvx acme[cli]", PYPI, "uvx acme[cli]==1.2.3"],
    [
      "docker run -i --rm -e TOKEN acme/server:1 stdio",
      IMAGE,
      `docker run -i --rm -e TOKEN acme/server:1@${DIGEST} stdio`,
    ],
  ])("%s", (line, pin, wanted) => expect(exact(line, pin)).toBe(wanted));
});

describe("a pin answers only what it was made of", () => {
  const unpinned: Pin = { type: "unpinned", reason: "no network" };
  it.each([
    ["npx @acme/server", NPM, true],
    ["npx @acme/server@^1", NPM, true],
    ["npx @acme/server@1.2.3", NPM, true],
    ["npx @acme/server@1.2.4", NPM, false],
    ["npx @acme/other", NPM, false],
    ["npx @acme/server", unpinned, false],
    ["npx @acme/server", undefined, false],
    ["uvx acme[cli]==1.2.3", PYPI, true],
    ["uvx acme[cli]==1.2.4", PYPI, false],
    ["docker run acme/server:1", IMAGE, true],
    ["docker run acme/server:2", IMAGE, false],
  ])("%s, %j: %s", (line, pin, wanted) => {
    const fetched = readCommand(line.split(" "));
    expect(fetched !== undefined && answers(pin, fetched)).toBe(wanted);
  });
});
