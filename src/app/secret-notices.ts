import type { Remark } from "../kinds/scene.ts";
import type { SecretsIn } from "../manifest/manifest.ts";

/** What a user who chose another way than the launcher has to know about an entry with secrets. */
export function secretNotices(
  owner: string,
  secretsIn: SecretsIn,
  servers: readonly { readonly secrets: readonly string[] }[],
): readonly Remark[] {
  const names = [...new Set(servers.flatMap(({ secrets }) => secrets))];
  if (secretsIn === "inline") {
    const message = `${owner} has its secrets in clear in the files of its agents (secrets: inline)`;
    return [{ owner, message, hint: `atk secret adopt ${owner}: atk looks them up at each start then` }];
  }
  if (secretsIn === "launcher" || secretsIn === "prompts" || names.length === 0) return [];
  const message = `${owner} gets ${names.join(", ")} from the environment of its agents (secrets: references)`;
  return [{ owner, message, hint: `start the agents with ${names.join(" and ")} set` }];
}
