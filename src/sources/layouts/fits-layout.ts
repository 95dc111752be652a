import { posix } from "node:path";

/** Whether a folder with these paths has a layout that `asPlugin` reads. Opens nothing; bundle or web page is told apart later. */
export function fitsLayout(paths: ReadonlySet<string>): boolean {
  return [...paths].some((path) => isMark(path)) || hasSkills(paths);
}

export const CLAUDE_MANIFEST = ".claude-plugin/plugin.json";
export const MARKETPLACE = ".claude-plugin/marketplace.json";
export const BUNDLE = "manifest.json";
export const SERVER_JSON = "server.json";

function isMark(path: string): boolean {
  return (
    path === CLAUDE_MANIFEST || path === MARKETPLACE || path === BUNDLE || path === SERVER_JSON || isClaudePart(path)
  );
}

/** What a Claude Code plugin has in its usual places when it has no plugin.json. */
export function isClaudePart(path: string): boolean {
  return /^(commands|agents)\/[^/]+\.md$|^hooks\/hooks\.json$|^\.mcp\.json$/.test(path);
}

function hasSkills(paths: ReadonlySet<string>): boolean {
  return repositorySkills(paths).length > 0;
}

/** The skill folders of an Agent Skills repository: "." for the top, then those in skills/, or those right below the top. */
export function repositorySkills(paths: ReadonlySet<string>): readonly string[] {
  const inSkills = skillFoldersIn("skills", paths);
  if (paths.has("SKILL.md")) return [".", ...inSkills];
  return inSkills.length > 0 ? inSkills : skillFoldersIn("", paths).filter((folder) => !folder.startsWith("."));
}

/** The folders right below `parent` ("" is the top) that have a SKILL.md. */
export function skillFoldersIn(parent: string, paths: ReadonlySet<string>): readonly string[] {
  return [...paths].flatMap((path) => {
    if (posix.basename(path) !== "SKILL.md") return [];
    const folder = posix.dirname(path);
    const above = posix.dirname(folder);
    return folder !== "." && (above === "." ? "" : above) === parent ? [folder] : [];
  });
}
