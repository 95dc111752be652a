import { knowSecrets, type KnownSecrets } from "./known-secrets.ts";

let shapes: KnownSecrets | undefined;

/** The shapes of all tokens and no known secret, prepared once. */
export function knownShapes(): KnownSecrets {
  shapes ??= knowSecrets([]);
  return shapes;
}
