import type { SecretReference } from "../core/secret-reference.ts";

export type { CommandReference, KeychainReference, SecretReference } from "../core/secret-reference.ts";

/** A reference as it stands in messages: "the command op", "the keychain entry atk". Never an argument: it may be a secret. */
export function describeReference(reference: SecretReference): string {
  if ("secret" in reference) return `the secret ${reference.secret}`;
  if ("env" in reference) return `the variable ${reference.env}`;
  if ("file" in reference) return `the file ${reference.file}`;
  if ("command" in reference) return `the command ${reference.command[0] ?? "(none)"}`;
  const account = reference.account === undefined ? "" : ` (account ${reference.account})`;
  return `the keychain entry ${reference.keychain}${account}`;
}
