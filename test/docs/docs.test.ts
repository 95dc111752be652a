import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands.generated.ts";
import { clientIds } from "../../src/clients/ids.ts";
import { EXIT } from "../../src/core/error-codes.ts";
import { parseManifest } from "../../src/manifest/parse-manifest.ts";
import { parsePlugin } from "../../src/manifest/parse-plugin.ts";
import { anchorsOf, documents, fencesOf, proseOf, ROOT, textOf } from "./documents.ts";

describe.each(documents)("$file", ({ file, text }) => {
  it("links only to what is there", () => {
    const links = [...proseOf(text).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/.test(link));
    expect(links.filter((link) => !leadsSomewhere(link, file, text))).toEqual([]);
  });

  it("names only commands that there are", () => {
    const known = new Set(["help", ...commands.map((command) => command.name.split(" ")[0])]);
    const inCode = [...proseOf(text).matchAll(/`atk(?: -g)? ([a-z][a-z-]*)/g)].map(([, name = ""]) => name);
    const inShell = fencesOf(text)
      .filter((fence) => fence.language === "sh")
      .flatMap((fence) =>
        [...fence.text.matchAll(/(?:^|&& )atk(?: -g)? ([a-z][a-z-]*)/gm)].map(([, name = ""]) => name),
      );
    expect([...inCode, ...inShell].filter((name) => !known.has(name))).toEqual([]);
  });

  it("leaves measured numbers to docs/benchmarks.md, where they are measured", () => {
    const isTheirPlace = file === "docs/benchmarks.md";
    const measured = text.match(/\b\d+(?:[.,]\d+)? ?(?:ms|x)\b/g) ?? [];
    expect(isTheirPlace ? [] : measured).toEqual([]);
  });
});

function leadsSomewhere(link: string, file: string, text: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? file : normalize(join(dirname(file), path)).replaceAll("\\", "/");
  if (!existsSync(join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(path === "" ? text : textOf(target)).includes(anchor);
}

describe("docs/commands.md", () => {
  const text = textOf("docs/commands.md");

  it("has a section for every command, and for nothing else", () => {
    const sections = [...text.matchAll(/^## atk (.+)$/gm)].map(([, name = ""]) => name);
    expect(sections.toSorted()).toEqual(commands.map((command) => command.name).toSorted());
  });

  it("explains every exit code", () => {
    const explained = [...text.matchAll(/^\| (\d+) \| ./gm)].map(([, code]) => Number(code));
    expect(explained).toEqual(Object.values(EXIT));
  });

  it("shows JSON that is JSON", () => {
    for (const fence of fencesOf(text).filter((each) => each.language === "json"))
      expect(() => JSON.parse(fence.text), `line ${fence.line}`).not.toThrow();
  });
});

it("docs/clients.md has a section for every client", () => {
  const sections = [...textOf("docs/clients.md").matchAll(/^### (.+)$/gm)].map(([, id = ""]) => id);
  expect(clientIds.filter((id) => !sections.includes(id))).toEqual([]);
});

/** A fence with a schema_version is a whole file; one without is a part. */
const whole = ["README.md", "docs/manifest.md", "docs/registry.md", "docs/services.md"].flatMap((file) =>
  fencesOf(textOf(file))
    .filter((fence) => fence.language === "yaml" && /^schema_version:/m.test(fence.text))
    .map((fence) => ({ ...fence, at: `${file}:${fence.line}`, isPlugin: /^name:/m.test(fence.text) })),
);

describe("examples", () => {
  it("include a manifest in the README, and a manifest and a plugin in docs/manifest.md", () => {
    expect(whole.map(({ at, isPlugin }) => `${at.split(":")[0]} ${isPlugin ? "plugin" : "manifest"}`)).toEqual(
      expect.arrayContaining(["README.md manifest", "docs/manifest.md manifest", "docs/manifest.md plugin"]),
    );
  });

  it.each(whole)("at $at are accepted as they stand", ({ text, at, isPlugin }) => {
    if (isPlugin) expect(parsePlugin({ id: "issue-tracker", text, file: at, hasSkillMd: false }).warnings).toEqual([]);
    else expect(parseManifest(text, at, { clientIds }).manifest.plugins.length).toBeGreaterThan(0);
  });

  it("show every key of the manifest and of the plugin format", () => {
    const text = textOf("docs/manifest.md");
    const keys = ["manifest", "plugin"].flatMap((name) => topKeys(`schema/${name}.schema.json`));
    expect(keys.filter((key) => !new RegExp(`\\b${key}\\b`).test(text))).toEqual([]);
  });
});

function topKeys(file: string): readonly string[] {
  const { stdout } = spawnSync(
    process.execPath,
    ["-p", `Object.keys(require(${JSON.stringify(join(ROOT, file))}).properties).join()`],
    { encoding: "utf8" },
  );
  return stdout.trim().split(",");
}

it("the generated parts are what the commands and the client records say now", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/generate-docs.mjs"), "--check"], {
    encoding: "utf8",
  });
  expect(stderr.replaceAll(/^npm warn.*\n/gm, "")).toBe("");
  expect(status).toBe(0);
});
