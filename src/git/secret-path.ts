const TEMPLATES: ReadonlySet<string> = new Set([".env.example", ".env.sample", ".env.template"]);

/**
 * Whether a path may never be committed: a file or folder on it is called `.env` or `.env.<anything>`, templates
 * (`.env.example`, `.env.sample`, `.env.template`) apart. Letter case, and the trailing dots and spaces that Windows
 * drops, make no difference.
 */
export function isSecretPath(path: string): boolean {
  return path.split(/[\\/]/).some(isSecretName);
}

function isSecretName(name: string): boolean {
  const folded = name.toLowerCase().replace(/[. ]+$/, "");
  return folded === ".env" || (folded.startsWith(".env.") && !TEMPLATES.has(folded));
}
