import { join } from "node:path";
import { installed, platformPackage } from "./install.mjs";

/** Copies whole files and knows nothing of what is in them: it is given the finished client files. */
export const mise = {
  id: "mise",
  name: "mise 2026.9.15 bootstrap dotfiles apply",
  does: "compares and copies whole finished files; parses none, merges nothing",
  readsAsMuch: false,

  prepare(options) {
    const folder = installed({ name: platformPackage("@jdxcode/mise"), version: "2026.9.15" }, options);
    return { program: join(folder, "bin", process.platform === "win32" ? "mise.exe" : "mise"), args: [] };
  },

  /** `finished`: path below the project -> text. The targets are the same paths below `directory`. */
  files: (_servers, _clients, { directory, finished }) => ({
    "mise.toml": [
      "[dotfiles]",
      ...Object.keys(finished).map((path) => line(join(directory, path), `source/${path}`)),
      "",
    ].join("\n"),
    ...Object.fromEntries(Object.entries(finished).map(([path, text]) => [`source/${path}`, text])),
  }),
  setUpArgs: [["trust", "--yes"]],
  applyArgs: ["bootstrap", "dotfiles", "apply", "--yes"],
};

const line = (target, source) => `${JSON.stringify(target)} = { source = ${JSON.stringify(source)}, mode = "copy" }`;
