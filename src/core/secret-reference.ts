/** Where a value is kept, as a manifest may say it. Holds no value. */
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
