import { describe, expect, it } from "vitest";
import { read, skill } from "./trees.ts";

describe("an Agent Skills repository", () => {
  it("may be one skill: SKILL.md at the top", async () => {
    const { plugin, remarks } = await read({ "SKILL.md": skill("review"), "scripts/run.sh": "#!/bin/sh\n" });
    expect(plugin).toMatchObject({ name: "review", description: "How to review", skills: ["."] });
    expect(remarks).toEqual([]);
  });

  it("may have its skills in skills/", async () => {
    const { plugin } = await read(
      { "skills/b/SKILL.md": skill("b"), "skills/a/SKILL.md": skill("a"), "README.md": "x" },
      "our-skills",
    );
    expect(plugin).toMatchObject({
      name: "our-skills",
      description: "Skills: a and b",
      skills: ["skills/a", "skills/b"],
    });
  });

  it("may have them right below the top", async () => {
    const { plugin } = await read({
      "a/SKILL.md": skill("a"),
      ".hidden/SKILL.md": skill("hidden"),
      "docs/deep/SKILL.md": skill("x"),
    });
    expect(plugin.skills).toEqual(["a"]);
  });

  it("has a skill without a name called like its folder", async () => {
    const { plugin, tree } = await read({ "skills/review/SKILL.md": "---\ndescription: d\n---\nBe kind.\n" });
    expect(plugin.skills).toEqual(["skills/review"]);
    expect(tree.entries).toHaveLength(2);
  });

  it("takes the first of two skills of one name, and says so", async () => {
    const { plugin, remarks } = await read({ "a/SKILL.md": skill("same"), "b/SKILL.md": skill("same") });
    expect(plugin.skills).toEqual(["a"]);
    expect(remarks).toEqual(["b is left out: another skill has the same name."]);
  });
});
