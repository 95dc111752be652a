import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allowPlugin, carryOver, disallowPlugin, initialIgnore } from "../../src/git/ignore-file.ts";
import { createScratch, type Scratch } from "./scratch.ts";

/** As the predecessor wrote it for a home with the local plugin my-tool. */
const PREDECESSOR = `# Ignore plugin contents by default
plugins/*/*
!plugins/*/custom/
!plugins/*/custom/**

# Secrets
*.env
.env.*

.update-cache.yaml
.DS_Store
!plugins/my-tool/
!plugins/my-tool/**
`;

const SECRETS = [
  ".env",
  ".env.local",
  "plugins/my-tool/.env",
  "plugins/my-tool/deep/er/.env.production",
  "plugins/github/.env",
  "plugins/github/custom/.env",
  "a/b/.env",
];

let scratch: Scratch;
beforeAll(() => {
  scratch = createScratch();
  scratch.git("init", "-q");
});
afterAll(() => scratch.remove());

/** Those of the paths that git itself ignores. */
function ignoredBy(text: string, paths: readonly string[]): readonly string[] {
  scratch.write(".gitignore", text);
  const args = ["-c", "core.quotepath=off", "check-ignore", "--no-index", "--stdin"];
  const { stdout } = spawnSync("git", args, {
    cwd: scratch.home,
    env: scratch.env,
    input: paths.join("\n"),
    encoding: "utf8",
  });
  return stdout.split("\n").filter(Boolean);
}

const outside = (text: string): readonly string[] =>
  text.split("\n").filter((line) => !/^!plugins\/[^*]|^# (>>>|<<<) atk|^\.env(\.\*)?\r?$|^$/.test(line));

describe("the .gitignore of a new home", () => {
  it("ignores what fetched plugins consist of, keeps their custom folder, and ignores every secret", () => {
    const content = ["plugins/github/plugin.yaml", "plugins/github/deep/x"];
    const kept = [
      "atk.yaml",
      "atk.lock",
      "plugins/.gitkeep",
      "plugins/github/custom/overrides.yaml",
      "plugins/github/custom/deep/x",
    ];
    expect(ignoredBy(initialIgnore(), [...content, ...kept, ...SECRETS])).toEqual([...content, ...SECRETS]);
  });

  it("lets a local plugin in, with its templates and without its secrets", () => {
    const text = allowPlugin(initialIgnore(), "my-tool");
    const kept = [
      "plugins/my-tool/plugin.yaml",
      "plugins/my-tool/src/deep/x",
      "plugins/my-tool/.env.example",
      "plugins/my-tool/a/.env.sample",
    ];
    const others = [
      "plugins/github/plugin.yaml",
      "plugins/github/.env.example",
      "plugins/my-tool-2/plugin.yaml",
      "plugins/my-tool/node_modules/x",
    ];
    expect(ignoredBy(text, [...kept, ...others, ...SECRETS])).toEqual([...others, ...SECRETS]);
  });

  it("is the same again after a plugin was let in and taken out", () => {
    expect(disallowPlugin(allowPlugin(initialIgnore(), "my-tool"), "my-tool")).toBe(initialIgnore());
  });

  it("does not change when there is nothing to add or to take out", () => {
    const text = allowPlugin(initialIgnore(), "my-tool");
    expect(allowPlugin(text, "my-tool")).toBe(text);
    expect(disallowPlugin(text, "github")).toBe(text);
    expect(carryOver(text)).toBe(text);
    expect(disallowPlugin("# mine\n", "github")).toBe("# mine\n");
  });
});

describe("the predecessor's .gitignore", () => {
  it("let secrets of local plugins into git", () => {
    expect(ignoredBy(PREDECESSOR, SECRETS)).not.toContain("plugins/my-tool/.env");
  });

  it("ignores them when it is carried over, and still lets the plugin in", () => {
    const text = carryOver(PREDECESSOR);
    expect(ignoredBy(text, SECRETS)).toEqual(SECRETS);
    expect(ignoredBy(text, ["plugins/my-tool/plugin.yaml", "plugins/my-tool/a/b", "plugins/github/custom/x"])).toEqual(
      [],
    );
    expect(ignoredBy(text, ["plugins/github/plugin.yaml", "prod.env", ".update-cache.yaml"])).toHaveLength(3);
  });

  it("keeps every line that is not about a plugin", () => {
    expect(outside(carryOver(PREDECESSOR))).toEqual(outside(PREDECESSOR));
  });

  it("loses the lines of a plugin that goes", () => {
    expect(disallowPlugin(PREDECESSOR, "my-tool")).not.toContain("my-tool");
    expect(disallowPlugin(carryOver(PREDECESSOR), "my-tool")).not.toContain("my-tool");
  });
});

describe("the user's own .gitignore", () => {
  const theirs = "# mine\r\n*.log\r\n\r\n!plugins/secret-stuff/.env\r\nlast";

  it("keeps its lines, comments and CRLF", () => {
    const text = allowPlugin(theirs, "my-tool");
    expect(text.startsWith("# mine\r\n*.log\r\n\r\n!plugins/secret-stuff/.env\r\nlast\r\n")).toBe(true);
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    expect(ignoredBy(text, ["plugins/secret-stuff/.env", "x.log"])).toHaveLength(2);
  });

  it("has secrets ignored although an exception was written after them, or into them", () => {
    const after = `${initialIgnore()}!plugins/my-tool/.env\n`;
    const into = initialIgnore().replace(".env.*\n", ".env.*\n!.env\n");
    for (const text of [after, into]) {
      expect(ignoredBy(text, SECRETS)).not.toEqual(SECRETS);
      expect(ignoredBy(carryOver(text), SECRETS)).toEqual(SECRETS);
    }
  });

  it("keeps templates that the user let in", () => {
    const text = `${initialIgnore()}!/.env.example\n`;
    expect(carryOver(text)).toBe(text);
    expect(ignoredBy(text, [".env.example"])).toEqual([]);
  });
});

describe("whatever stands in a .gitignore", () => {
  const mark = initialIgnore()
    .split("\n")
    .filter((line) => line.startsWith("# >>>") || line.startsWith("# <<<"));
  const patterns = [
    "*.log",
    "!**",
    "!*",
    "!.env",
    "!.env*",
    "!/.env",
    "!plugins/**",
    "!plugins/my-tool/**",
    "!**/.env.local",
    "plugins/*/*",
    "# text",
    "",
    "*",
    "!.env.example",
    "\\!x",
    ".env",
    ".env.*",
    ...mark,
  ];
  const line = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...patterns) },
    { weight: 1, arbitrary: fc.stringMatching(/^[a-z*!/. ]{0,12}$/) },
  );
  const anyText = fc
    .tuple(fc.array(line, { maxLength: 14 }), fc.constantFrom("\n", "\r\n"), fc.boolean())
    .map(([lines, eol, ended]) => lines.join(eol) + (ended ? eol : ""));
  /** A good file that somebody edited: some lines out, some in. */
  const changedText = fc
    .tuple(
      fc.constantFrom(initialIgnore(), allowPlugin(initialIgnore(), "my-tool"), PREDECESSOR),
      fc.infiniteStream(fc.nat(3)),
      fc.array(line, { minLength: 40, maxLength: 40 }),
    )
    .map(([text, choices, extra]) =>
      text
        .split("\n")
        .flatMap((each, index) => {
          const choice = choices.next().value;
          return choice === 0 ? [] : choice === 1 ? [each, extra[index % extra.length] ?? ""] : [each];
        })
        .join("\n"),
    );
  const edits = fc.array(
    fc.tuple(fc.constantFrom(allowPlugin, disallowPlugin), fc.constantFrom("my-tool", "github", "x")),
    { maxLength: 5 },
  );

  it("secrets are ignored after it was carried over and edited", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, changedText), edits, (text, steps) => {
        const edited = steps.reduce((result, [edit, plugin]) => edit(result, plugin), carryOver(text));
        expect(ignoredBy(edited, SECRETS)).toEqual(SECRETS);
      }),
      { numRuns: 150 },
    );
  });

  it("secrets are ignored after a plugin was let in", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, changedText), (text) => {
        expect(ignoredBy(allowPlugin(text, "my-tool"), SECRETS)).toEqual(SECRETS);
      }),
      { numRuns: 100 },
    );
  });

  it("each edit done twice is the same as done once", () => {
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom(
          carryOver,
          (text: string) => allowPlugin(text, "x"),
          (text: string) => disallowPlugin(text, "x"),
        ),
        (text, edit) => {
          expect(edit(edit(text))).toBe(edit(text));
        },
      ),
    );
  });

  it("no line of the user gets lost", () => {
    fc.assert(
      fc.property(fc.oneof(anyText, changedText), (text) => {
        const own = (source: string): readonly string[] =>
          outside(source.replaceAll("\r", ""))
            .map((each) => each.trimEnd())
            // Blank lines at the seams of atk's sections may go: they say nothing.
            .filter((each) => each !== "")
            .sort();
        expect(own(carryOver(allowPlugin(text, "x")))).toEqual(own(text));
      }),
    );
  });
});
