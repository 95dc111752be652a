import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const ENTRY = "dist/main.js";

interface Output {
  readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[];
  readonly inputs: Readonly<Record<string, unknown>>;
}

const { outputs } = JSON.parse(readFileSync(join(ROOT, "dist", "metafile.json"), "utf8")) as {
  readonly outputs: Readonly<Record<string, Output>>;
};

/** What is loaded before the first line of `file` runs: the file and everything that it imports statically. */
function loadedWith(file: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path, kind, external } of outputs[file]?.imports ?? []) {
    if (kind === "import-statement" && external !== true) loadedWith(path, seen);
  }
  return seen;
}

const inputsOf = (files: Iterable<string>): readonly string[] =>
  [...files].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}));

const HEAVY = ["yaml", "ajv", "isomorphic-git", "listr2", "execa", "commander", "cosmiconfig", "jsonc-parser"];
const isOf = (library: string) => (input: string) => input.includes(`node_modules/${library}/`);

describe("the entry chunk", () => {
  const entry = inputsOf(loadedWith(ENTRY));

  it("holds the entry itself", () => {
    expect(entry).toContain("src/main.ts");
  });

  it.each(HEAVY)("holds nothing of %s", (library) => {
    expect(entry.filter(isOf(library))).toEqual([]);
  });

  it("holds no library and no compiled schema at all", () => {
    expect(entry.filter((input) => input.includes("node_modules/") || input.includes("/generated/"))).toEqual([]);
  });

  // Without this the checks above could pass because the names in the metafile changed.
  it.each(["yaml", "isomorphic-git", "listr2", "commander", "cosmiconfig"])(
    "leaves %s to chunks that are loaded on demand",
    (library) => {
      expect(inputsOf(Object.keys(outputs)).filter(isOf(library))).not.toEqual([]);
    },
  );
});

describe("atk --version", () => {
  it("loads the entry chunk and nothing else", () => {
    const loaded = scriptsOf(["--version"]);
    expect(loaded).toContain(ENTRY);
    expect(loaded.filter((file) => !loadedWith(ENTRY).has(file))).toEqual([]);
  });

  it("is seen to load more for a command that works", () => {
    expect(scriptsOf(["list", "--help"]).length).toBeGreaterThan(loadedWith(ENTRY).size);
  });
});

describe("atk --help", () => {
  it("loads the entry chunk and nothing else", () => {
    expect(scriptsOf(["--help"]).filter((file) => !loadedWith(ENTRY).has(file))).toEqual([]);
  });

  it("says exactly what the parser says", () => {
    const told = (...words: readonly string[]): string =>
      execFileSync(process.execPath, [join(ROOT, ENTRY), ...words], { encoding: "utf8" });
    expect(told("--help")).toBe(told("--help", "--help"));
    expect(told("-h")).toContain("First steps:");
  });
});

/** Files of dist that a run really loads, as V8's coverage lists them. */
function scriptsOf(words: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "atk-loaded-"));
  try {
    execFileSync(process.execPath, [join(ROOT, ENTRY), ...words], {
      env: { ...process.env, NODE_V8_COVERAGE: folder },
    });
    const urls = readdirSync(folder).flatMap((name) => urlsIn(readFileSync(join(folder, name), "utf8")));
    const files = urls
      .filter((url) => url.startsWith("file:"))
      .map((url) => relative(ROOT, fileURLToPath(url)).replaceAll("\\", "/"));
    return files.filter((file) => file.startsWith("dist/"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function urlsIn(coverage: string): readonly string[] {
  const { result } = JSON.parse(coverage) as { readonly result: readonly { readonly url: string }[] };
  return result.map(({ url }) => url);
}
