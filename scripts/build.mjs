// Bundles src/ into dist/: one small entry, every heavy part a chunk of its own that is loaded when it is needed.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile, chmod } from "node:fs/promises";

const root = new URL("..", import.meta.url).pathname;
const pkg = JSON.parse(await readFile(`${root}package.json`, "utf8"));
await writeFile(
  `${root}src/version.generated.ts`,
  `export const VERSION: string = ${JSON.stringify(pkg.version)};\n`,
);
await rm(`${root}dist`, { recursive: true, force: true });
await mkdir(`${root}dist`, { recursive: true });

// Some bundled CommonJS libraries call require() for Node's own modules.
const banner = {
  js: 'import { createRequire as __atkRequire } from "node:module"; const require = __atkRequire(import.meta.url);',
};

const result = await build({
  absWorkingDir: root,
  entryPoints: { main: "src/main.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  chunkNames: "chunks/[name]-[hash]",
  legalComments: "linked",
  minifySyntax: true,
  minifyWhitespace: true,
  banner,
  // Loaders of cosmiconfig that atk never uses: it gives its own for YAML and JSON, and never loads code. (docs/decisions/0001)
  alias: Object.fromEntries(["js-yaml", "parse-json", "import-fresh"].map((name) => [name, "./scripts/unused-loader.cjs"])),
  // jsonc-parser's "main" is UMD, whose inner requires no bundler can follow.
  mainFields: ["module", "main"],
  metafile: true,
  logLevel: "warning",
});
await writeFile(`${root}dist/metafile.json`, JSON.stringify(result.metafile));
await chmod(`${root}dist/main.js`, 0o755);
