// Modules of src/ for scripts: Node runs no TypeScript by itself on the oldest version that is supported.
import { build } from "esbuild";

/**
 * What a piece of code that imports from src/ exports. Without `lazy` what is imported lazily is left out, which is right for code
 * that only looks at descriptions.
 */
export async function loadSource(root, code, { lazy = false } = {}) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    stdin: { contents: code, resolveDir: root, loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20.19",
    logLevel: "error",
    mainFields: ["module", "main"],
    // CommonJS libraries in the bundle ask for Node's own modules.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire("file:///");' },
    plugins: lazy ? [] : [{ name: "eager-only", setup: leaveLazyOut }],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
}

function leaveLazyOut({ onResolve }) {
  onResolve({ filter: /.*/ }, ({ kind, path }) => (kind === "dynamic-import" ? { path, external: true } : undefined));
}
