import { describe, expect, it } from "vitest";
import { rank } from "../../../src/app/registries/rank.ts";

const ENTRIES = [
  { name: "github", description: "Issues and pull requests", tags: ["git"] },
  { name: "gitlab", description: "Merge requests", tags: ["git"] },
  { name: "playwright", description: "Drive a real browser", tags: ["browser", "web"] },
  { name: "browser-base", description: "Far away", tags: [] },
  { name: "notes", description: "Keeps what you read in the browser", tags: ["memory"] },
];
const names = async (query: string): Promise<readonly string[]> => (await rank(query, ENTRIES)).map(({ name }) => name);

describe("a search", () => {
  it("puts names before tags and tags before descriptions", async () => {
    expect(await names("browser")).toEqual(["browser-base", "playwright", "notes"]);
  });

  it("puts the plugin of just that name first", async () => {
    expect((await names("github"))[0]).toBe("github");
    expect(await names("git")).toEqual(["github", "gitlab"]);
  });

  it("forgives mistakes, more of them in longer words, and none in short ones", async () => {
    expect(await names("githob")).toEqual(["github"]);
    expect(await names("playwrihgt")).toEqual(["playwright"]);
    expect(await names("gti")).toEqual([]);
  });

  it("wants all words, anywhere, in any letter case", async () => {
    expect(await names("REQUESTS git")).toEqual(["gitlab", "github"]);
    expect(await names("browser git")).toEqual([]);
  });

  it("finds what is inside a word", async () => {
    expect(await names("hub")).toEqual(["github"]);
  });

  it("takes signs for what they are", async () => {
    for (const query of ["*", "(", "\\", "a.b", "__proto__", "constructor", " "]) await names(query);
  });
});
