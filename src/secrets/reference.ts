/** Where a secret is, as a manifest may say it. Holds no value. */
export type SecretReference =
  /** In the home's own `secrets.yaml`. */
  | { readonly secret: string }
  /** A variable of the environment atk runs in. */
  | { readonly env: string }
  /** A file: absolute, below `~`, or relative to the manifest. */
  | { readonly file: string }
  /** A service in the system's keychain. */
  | KeychainReference
  /** A program and its arguments, not a shell; what it prints. */
  | CommandReference;

export interface CommandReference {
  readonly command: readonly string[];
  /** Default: 30 seconds. */
  readonly timeoutMs?: number;
}

export interface KeychainReference {
  readonly keychain: string;
  readonly account?: string;
}

/** A reference as it stands in messages: "the command op", "the keychain entry atk". Never an argument: it may be a secret. */
export function describeReference(reference: SecretReference): string {
  if ("secret" in reference) return `the secret ${reference.secret}`;
  if ("env" in reference) return `the variable ${reference.env}`;
  if ("file" in reference) return `the file ${reference.file}`;
  if ("command" in reference) return `the command ${reference.command[0] ?? "(none)"}`;
  const account = reference.account === undefined ? "" : ` (account ${reference.account})`;
  return `the keychain entry ${reference.keychain}${account}`;
}
