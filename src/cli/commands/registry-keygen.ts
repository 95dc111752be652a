import { resolve } from "node:path";
import type { Command } from "../command.ts";
import { outJson } from "../session.ts";

export const command: Command = {
  name: "registry keygen",
  summary: "make a key to sign the index of your registry with",
  options: [
    { flags: "--key-file <file>", summary: "where the secret key goes (default: registry.key beside your settings)" },
  ],
  details:
    "The files are minisign's: minisign can sign with them and check. The secret key is written for you alone and without a passphrase;\nfor one with a passphrase use minisign -G. It is refused inside a git repository.",
  async run({ options }, session) {
    const { defaultKeyFile, makeKeys } = await import("../../app/registries/keys.ts");
    const { host } = session;
    const file = resolve(host.machine.workingDirectory, options.text("keyFile") ?? defaultKeyFile(host));
    const { key, publicFile } = await makeKeys(file, host);
    if (session.json) outJson(session, { key, key_file: file, public_file: publicFile });
    else session.out(key);
    session.say(`The secret key is in ${file}: keep it out of git, and keep a copy.`);
    session.say(
      `The line above is the public key, for atk registry add NAME URL --key KEY; it is in ${publicFile} too.`,
    );
    return 0;
  },
};
