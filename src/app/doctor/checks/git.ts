import type { Host } from "../../../core/host.ts";
import { findGit } from "../../../git/choose-git.ts";
import { ATK_IDENTITY } from "../../../git/identity.ts";
import type { Check } from "../check.ts";
import type { Answer } from "../finding.ts";

export const git: Check = {
  id: "git",
  title: "git",
  about: "machine",
  async examine(host) {
    const program = await findGit(host);
    if (program === undefined) return [NO_GIT];
    const version = (await ask(program, ["--version"], host))?.replace("git version ", "");
    return [
      { state: "ok", detail: `${version ?? "of an unknown version"} (${program})` },
      ...(await who(program, host)),
    ];
  },
};

const NO_GIT: Answer = {
  state: "warning",
  detail: "git is not installed; atk uses its built-in one, which knows neither your hooks nor your logins",
  fix: "install git (https://git-scm.com/downloads)",
};

/** Commits are made without a name too, but signed with atk's. */
async function who(program: string, host: Host): Promise<readonly Answer[]> {
  const { env } = host.machine;
  const asked = [
    { name: "user.name", variable: "GIT_AUTHOR_NAME", example: '"Your Name"', instead: ATK_IDENTITY.name },
    { name: "user.email", variable: "GIT_AUTHOR_EMAIL", example: "you@example.com", instead: ATK_IDENTITY.email },
  ];
  const found = await Promise.all(
    asked.map(async ({ name, variable }) => env[variable] || ask(program, ["config", "--get", name], host)),
  );
  return asked.flatMap(({ name, example, instead }, index): readonly Answer[] => {
    if (found[index]) return [];
    const detail = `git does not know your ${name}; atk's commits are signed '${instead}'`;
    return [{ subject: name, state: "warning", detail, fix: `git config --global ${name} ${example}` }];
  });
}

async function ask(program: string, args: readonly string[], host: Host): Promise<string | undefined> {
  const { exitCode, stdout } = await host.programs.run({ command: program, args, cwd: host.machine.homeDirectory });
  return exitCode === 0 ? stdout.trim() : undefined;
}
