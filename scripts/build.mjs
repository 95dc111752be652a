// Bundles src/ into dist/: a tiny entry, a few files of atk by when they are needed, and every heavy library as a file of its
// own that is loaded when it is needed. CommonJS, because Node loads one such file faster than the many small chunks of split ES modules.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

/** Libraries that cost more to load than most commands cost to run. Only named imports of them are used. */
const HEAVY = [
  "@clack/prompts",
  "@modelcontextprotocol/client",
  "age-encryption",
  "execa",
  "gpt-tokenizer/encoding/o200k_base",
  "isomorphic-git",
  "isomorphic-git/http/web",
  "listr2",
  "tar",
  "toml-eslint-parser",
  "yaml",
];
const fileOf = (library) => `./vendor/${library.replaceAll(/[@/]/g, "-").replace(/^-/, "")}.js`;

/** Generated and long; needed only for files that were not seen before. */
const VALIDATORS = ["lock", "manifest", "plugin"].map((name) => `./generated/${name}.generated.js`);

const shared = {
  absWorkingDir: root,
  bundle: true,
  format: "cjs",
  platform: "node",
  target: "node20.19",
  legalComments: "linked",
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  logLevel: "warning",
  // A real import() of a CommonJS file would first search its text for export names, which takes longer than loading it.
  supported: { "dynamic-import": false },
  // Loaders of cosmiconfig that atk never uses: it gives its own for YAML and JSON, and never loads code. (docs/decisions/0001)
  alias: Object.fromEntries(
    ["js-yaml", "parse-json", "import-fresh"].map((name) => [name, "./scripts/unused-loader.cjs"]),
  ),
  // jsonc-parser's "main" is UMD, whose inner requires no bundler can follow.
  mainFields: ["module", "main"],
};

/** For files that ask where they are. */
const located = {
  define: { "import.meta.url": "__moduleUrl" },
  banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
};

/**
 * Files of dist/ and the modules that make them: what every command needs, what answers when nothing
 * has changed, what looking and applying needs, and the rest. A module
 * that is imported lazily becomes part of the file it is listed for (else of rest.js), and its importer loads that file then.
 */
const QUICK = [
  "app/context.ts",
  "app/plan-only.ts",
  "app/status.ts",
  "app/workspace.ts",
  "cli/show-plan.ts",
  "cli/steps.ts",
  "git/choose-git.ts",
  "git/native/native-git.ts",
  "git/repository.ts",
  "host/node-host.ts",
];
const EVERYDAY = [
  "app/change.ts",
  "app/list-entries.ts",
  "app/plan-anew.ts",
  "app/saved-plan.ts",
  "app/standing.ts",
  "clients/index.generated.ts",
  "formats/json.ts",
  "formats/markdown-block.ts",
  "formats/toml-parse.ts",
  "git/ignore-file.ts",
  "host/digest.ts",
  "log/home-lock.ts",
  "log/transaction.ts",
  "manifest/lock-file.ts",
  "app/shortcuts.ts",
  // What status asks of a service that atk itself runs.
  "app/service-state.ts",
  "services/containers/compose-file.ts",
  "services/containers/compose-override.ts",
  "services/health/health-of.ts",
  "services/process/process-driver.ts",
  "services/script/script-driver.ts",
];
const CLI = ["process.ts", "cli/program.ts"];
/** What clients start: nothing may be in its file but what every start needs. */
const LAUNCH = ["app/launch/launch.ts"];
const BRIDGE = [
  "mcp/concrete-server.ts",
  "mcp/bridge/run-bridge.ts",
  "mcp/bridge/streamable-http.ts",
  "mcp/bridge/http-with-sse.ts",
];
/** What stands between a client and a server whose tools are guarded or filtered. */
const GUARD = ["app/tools/guard-streams.ts"];
const BUNDLES = { cli: CLI, launch: LAUNCH, bridge: BRIDGE, guard: GUARD, quick: QUICK, everyday: EVERYDAY };
const SHARED = "core/errors.ts";

const sourceOf = (path) => relative(join(root, "src"), path).replaceAll("\\", "/");
const bundleOf = (source) => Object.keys(BUNDLES).find((bundle) => BUNDLES[bundle].includes(source)) ?? "rest";

/** Imports of these libraries become imports of a file beside the output. */
function elsewhere(files) {
  return {
    name: "elsewhere",
    setup({ onResolve }) {
      onResolve({ filter: /.*/ }, ({ path }) => (path in files ? { path: files[path], external: true } : undefined));
    },
  };
}

/** Lazy imports that leave a bundle load the other bundle; the errors are in one file for all, so that `instanceof` holds. */
function bridges(bundle) {
  return {
    name: "bridges",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.\/(cli|quick|launch|bridge|guard|everyday|rest|errors)\.js$/ }, ({ path, namespace }) =>
        namespace === "bridge" ? { path, external: true } : undefined,
      );
      onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind, resolveDir }) => {
        const source = sourceOf(join(resolveDir, path));
        if (source === SHARED && bundle !== "errors") return { path: "./errors.js", external: true };
        if (kind !== "dynamic-import" || bundleOf(source) === bundle) return undefined;
        return { path: source, namespace: "bridge" };
      });
      onLoad({ filter: /.*/, namespace: "bridge" }, ({ path }) => ({
        contents: `module.exports = require("./${bundleOf(path)}.js")[${JSON.stringify(path)}];`,
        resolveDir: root,
      }));
    },
  };
}

/** Modules of Node that take milliseconds to load and that most runs do not need: loaded when the first of their names is used. */
const LAZY_BUILTINS = ["child_process", "crypto", "fs/promises"];

const lazyBuiltins = {
  name: "lazy-builtins",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: new RegExp(`^(node:)?(${LAZY_BUILTINS.join("|")})$`) }, ({ path, namespace }) =>
      namespace === "lazy" ? undefined : { path: path.replace("node:", ""), namespace: "lazy" },
    );
    onLoad({ filter: /.*/, namespace: "lazy" }, ({ path }) => {
      const load = `require(${JSON.stringify(`node:${path}`)})`;
      const names = Object.keys(createRequire(import.meta.url)(`node:${path}`));
      const getters = [
        `get default() { return ${load}; }`,
        ...names.map((name) => `get ${name}() { return ${load}.${name}; }`),
      ];
      return { contents: `module.exports = { ${getters.join(", ")} };` };
    });
  },
};

/** Every module that is imported lazily somewhere, from a first look at the sources. */
async function lazyModules() {
  const { metafile } = await build({
    ...shared,
    ...located,
    entryPoints: ["src/main.ts"],
    write: false,
    outfile: "dist/all.js",
  });
  const lazy = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.filter(({ kind }) => kind === "dynamic-import"),
  );
  return [...new Set(lazy.map(({ path }) => path))]
    .filter((path) => path.startsWith("src/"))
    .map((path) => path.slice("src/".length))
    .sort();
}

/** One file of dist/: its lazily imported modules by their names. */
function bundleOfModules(bundle, modules) {
  const own = modules.filter((source) => bundleOf(source) === bundle);
  // Getters, so that loading the file runs none of its modules before it is asked for.
  const getters = own.map(
    (source) => `get ${JSON.stringify(source)}() { return require(${JSON.stringify(`./src/${source}`)}); }`,
  );
  return build({
    ...shared,
    ...(bundle === "launch" ? {} : located),
    stdin: { contents: `module.exports = { ${getters.join(",\n")} };`, resolveDir: root },
    outfile: `dist/${bundle}.js`,
    plugins: [lazyBuiltins, elsewhere({ ...heavy, ...validators }), bridges(bundle)],
  });
}

await writeFile(join(root, "src/version.generated.ts"), `export const VERSION: string = ${JSON.stringify(version)};\n`);
await rm(join(root, "dist"), { recursive: true, force: true });
await mkdir(join(root, "dist/vendor"), { recursive: true });
await writeFile(join(root, "dist/package.json"), '{ "type": "commonjs" }\n');

const heavy = Object.fromEntries(HEAVY.map((library) => [library, fileOf(library)]));
const validators = Object.fromEntries(VALIDATORS.map((file) => [file, file.replace("./generated/", "./vendor/")]));
const modules = await lazyModules();
const results = await Promise.all([
  build({ ...shared, entryPoints: ["src/main.ts"], outfile: "dist/main.js", plugins: [bridges("main")] }),
  build({ ...shared, entryPoints: [join("src", SHARED)], outfile: "dist/errors.js" }),
  // A program of its own, and one file: it lives for as long as a service, while the files of dist/ may be replaced.
  build({ ...shared, ...located, entryPoints: ["src/services/process/supervise.ts"], outfile: "dist/supervise.js" }),
  ...[...Object.keys(BUNDLES), "rest"].map((bundle) => bundleOfModules(bundle, modules)),
  ...VALIDATORS.map((file) =>
    build({ ...shared, entryPoints: [join("src/manifest", file)], outfile: join("dist", validators[file]) }),
  ),
  ...HEAVY.map((library) =>
    build({
      ...shared,
      ...located,
      stdin: { contents: `export * from ${JSON.stringify(library)};`, resolveDir: root },
      outfile: join("dist", fileOf(library)),
    }),
  ),
]);
const outputs = Object.assign({}, ...results.map(({ metafile }) => metafile.outputs));
await writeFile(join(root, "dist/metafile.json"), JSON.stringify({ outputs }));
await chmod(join(root, "dist/main.js"), 0o755);

// What `atk --help` prints, made by the parser itself: loading it takes longer than reading the text. `-h -h` is not that short cut.
const help = execFileSync(process.execPath, [join(root, "dist/main.js"), "-h", "-h"], {
  env: { PATH: process.env.PATH },
});
await writeFile(join(root, "dist/help.txt"), help);
