import { onPath } from "../on-path.mjs";

/** Keeps its own state: one terraform_data for every entry of every client; reads no client file. */
export const terraform = {
  id: "terraform",
  name: "terraform plan / apply (terraform_data)",
  does: "reads its own state only: no client file is read or written",
  readsAsMuch: false,

  prepare() {
    const program = onPath("terraform");
    if (program === undefined) throw new Error("not on PATH");
    return { program, args: [] };
  },

  files: (servers, clients) => ({
    "main.tf.json": JSON.stringify({
      resource: {
        terraform_data: Object.fromEntries(
          servers.flatMap((server) =>
            clients.map((client) => [`${server.name}_${client}`, { input: { ...server, client } }]),
          ),
        ),
      },
    }),
  }),
  env: { CHECKPOINT_DISABLE: "1", TF_IN_AUTOMATION: "1" },
  setUpArgs: [["init", "-no-color", "-input=false"]],
  applyArgs: ["apply", "-auto-approve", "-no-color", "-input=false"],
  checkArgs: ["plan", "-detailed-exitcode", "-no-color", "-input=false"],
};
