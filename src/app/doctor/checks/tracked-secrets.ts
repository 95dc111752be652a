import { basename, join } from "node:path";
import { quoteForShell } from "../../../clients/shell-quote.ts";
import type { Host } from "../../../core/host.ts";
import { chooseGit, findGit } from "../../../git/choose-git.ts";
import { records } from "../../../git/native/run-git.ts";
import { findRepository } from "../../../git/repository.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

export const trackedSecrets: Check = {
  id: "tracked-secrets",
  title: "Secrets in git",
  about: "home",
  async examine({ host, workspace }) {
    const top = await findRepository(host.files, workspace.directory);
    if (top === undefined) return [];
    const [certain, likely] = await Promise.all([
      (await chooseGit(host, top, "read")).trackedSecrets(),
      secretLooking(top, host),
    ]);
    const found = [
      ...certain.map((path) => tracked(top, path, "problem")),
      ...likely.filter((path) => !certain.includes(path)).map((path) => tracked(top, path, "warning")),
    ];
    return found.length > 0 ? found : [{ state: "ok", detail: "git tracks no file that looks like one" }];
  },
};

function tracked(top: string, path: string, state: "problem" | "warning"): Answer {
  const what = state === "problem" ? "is in git" : "is in git and looks like a secret";
  return {
    subject: path,
    state,
    detail: `${path} ${what}; whoever has the repository has it, so change what is in it as well`,
    fix: `git -C ${quoteForShell(top)} rm --cached ${quoteForShell(path)}`,
    at: { file: join(top, path) },
  };
}

const LOOKS_SECRET =
  /^(id_(rsa|dsa|ecdsa|ed25519)|identity\.txt|\.netrc|_netrc|\.pgpass|\.npmrc|\.pypirc|credentials(\.json)?|.*\.(pem|key|p12|pfx|kdbx|jks|keystore))$/i;

/** By their names; nothing is read. */
async function secretLooking(top: string, host: Host): Promise<readonly string[]> {
  const program = await findGit(host);
  if (program === undefined) return [];
  const { stdout } = await host.programs.run({ command: program, args: ["ls-files", "-z", "--cached"], cwd: top });
  return records(stdout).filter((path) => LOOKS_SECRET.test(basename(path)));
}
