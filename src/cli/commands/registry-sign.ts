import { resolve } from "node:path";
import type { Command, Options } from "../command.ts";
import { outJson, type Session } from "../session.ts";

export const command: Command = {
  name: "registry sign",
  summary: "sign the index of a registry folder (index.json.minisig)",
  args: "[directory]",
  options: [
    {
      flags: "--key-file <file>",
      summary: "the secret key (default: $ATK_REGISTRY_KEY_FILE, or registry.key beside your settings)",
    },
  ],
  details:
    "In CI the key itself may be in $ATK_REGISTRY_KEY. A key with a passphrase asks for it, or takes $ATK_REGISTRY_PASSPHRASE.\nThe same with minisign: minisign -S -s KEY -m index.json. Sign after every atk registry index, before you commit.",
  async run({ args, options }, session) {
    const { signIndex } = await import("../../app/registries/keys.ts");
    const { host } = session;
    const directory = resolve(host.machine.workingDirectory, args[0] ?? ".");
    const key = await keyOf(options, session);
    const publicKey = await signIndex({ directory, key, passphrase: () => askPassphrase(session) }, host);
    if (session.json) outJson(session, { directory, key: publicKey });
    else session.say(`Signed the index in ${directory}; it is checked with the key ${publicKey}`);
    return 0;
  },
};

async function keyOf(
  options: Options,
  { host }: Session,
): Promise<{ readonly file: string } | { readonly text: string }> {
  const { defaultKeyFile } = await import("../../app/registries/keys.ts");
  const { env, workingDirectory } = host.machine;
  const named = options.text("keyFile");
  const text = env["ATK_REGISTRY_KEY"];
  if (named === undefined && text !== undefined && text !== "") return { text };
  return { file: resolve(workingDirectory, named ?? (env["ATK_REGISTRY_KEY_FILE"] || defaultKeyFile(host))) };
}

async function askPassphrase({ host, interactive }: Session): Promise<string | undefined> {
  const given = host.machine.env["ATK_REGISTRY_PASSPHRASE"];
  if (given !== undefined || !interactive) return given;
  return (await import("../ask.ts")).askSecret("Passphrase of the key (it is not shown):");
}
