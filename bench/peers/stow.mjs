import { onPath } from "../on-path.mjs";

/** Makes links to whole finished files. */
export const stow = {
  id: "stow",
  name: "stow",
  does: "links whole finished files; reads none of them",
  readsAsMuch: false,

  prepare() {
    const program = onPath("stow");
    if (program === undefined) throw new Error("not on PATH");
    return { program, args: [] };
  },

  files: (_servers, _clients, { finished }) =>
    Object.fromEntries(Object.entries(finished).map(([path, text]) => [`.stow/clients/${path}`, text])),
  applyArgs: ["--dir=.stow", "--target=.", "clients"],
};
