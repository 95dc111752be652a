import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const SRC = resolve(import.meta.dirname, "../../src");

/** Which folders a folder may import from, besides itself. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  core: [],
  formats: ["core"],
  host: ["core"],
  clients: ["core", "formats"],
  manifest: ["core", "formats"],
  git: ["core", "host"],
  log: ["core", "host"],
  mcp: ["core"],
  timers: ["core", "manifest", "services"],
  tools: ["core", "mcp"],
  services: ["core", "formats", "host", "mcp"],
  secrets: ["core", "formats", "host"],
  merge: ["core", "formats", "manifest", "secrets", "tools", "git"],
  primitives: ["core", "formats", "host"],
  kinds: ["core", "clients"],
  sources: ["core", "manifest", "git", "host", "formats"],
  trust: ["core", "manifest", "sources"],
  pins: ["core", "manifest", "host", "formats", "sources"],
  backup: ["core", "host", "manifest"],
  app: [
    "backup",
    "core",
    "manifest",
    "kinds",
    "clients",
    "primitives",
    "log",
    "git",
    "formats",
    "sources",
    "mcp",
    "host",
    "services",
    "secrets",
    "merge",
    "trust",
    "tools",
    "pins",
    "timers",
    ".",
  ],
  cli: ["app", "core", "manifest", "git", "tools", "."],
};

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));

function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), "utf8");
  return [...text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)].map((match) =>
    relative(SRC, resolve(SRC, dirname(file), match[1] ?? "")),
  );
}

function folderOf(file: string): string {
  const [first = "", ...rest] = file.split("/");
  return rest.length === 0 ? "." : first;
}

describe("imports point one way", () => {
  it.each(Object.entries(MAY))("%s imports only from what it may", (folder, allowed) => {
    const wrong = files
      .filter((file) => folderOf(file) === folder)
      .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
      .filter(({ target }) => folderOf(target) !== folder && !allowed.includes(folderOf(target)))
      .map(({ file, target }) => `${file} -> ${target}`);
    expect(wrong).toEqual([]);
  });

  it("every folder of src has its rule", () => {
    const folders = new Set(files.map(folderOf).filter((folder) => folder !== "."));
    expect([...folders].filter((folder) => MAY[folder] === undefined)).toEqual([]);
  });

  it("only the entry and the questions on the terminal know the process's streams", () => {
    // In mcp/local-link.ts `process` is the server that was started.
    const allowed = new Set(["main.ts", "process.ts", "cli/ask.ts", "mcp/local-link.ts"]);
    const users = files.filter(
      (file) =>
        !allowed.has(file) &&
        /\bprocess\.(argv|stdout|stdin|exitCode|exit\()/.test(readFileSync(join(SRC, file), "utf8")),
    );
    expect(users).toEqual([]);
  });
});
