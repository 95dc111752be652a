import { blockOf, dropLines, insertAt, linesOf, type Block } from "./ignore-lines.ts";

/**
 * The home's .gitignore as text. Where a line stands matters: the last pattern that matches decides. So the plugins come first,
 * then the user's own lines, and the secrets stand last, where no exception can bring them back. atk adds and removes single lines between
 * its marks; everything else stays byte for byte, line ends too.
 */

const PLUGINS = "local plugins";
const SECRETS = "secrets (kept last: an exception below would bring them back)";
const SECRET_RULES = [".env", ".env.*"];
const TEMPLATES = [".env.example", ".env.sample", ".env.template"];

/** The .gitignore of a new home. */
export function initialIgnore(): string {
  return `# What plugins from elsewhere consist of is fetched again as atk.lock says; their custom/ folder is yours.
plugins/*/*
!plugins/*/custom
!plugins/*/custom/**
${mark(">>>", PLUGINS)}
${mark("<<<", PLUGINS)}

.DS_Store
node_modules/

${mark(">>>", SECRETS)}
${SECRET_RULES.join("\n")}
${mark("<<<", SECRETS)}
`;
}

/** The text with a local plugin's files (but not its secrets) let into git. `directory`: its name below plugins/. */
export function allowPlugin(text: string, directory: string): string {
  return allowPlugins(text, [directory]);
}

/** The same for many plugins, reading the text once. */
export function allowPlugins(text: string, directories: readonly string[]): string {
  if (directories.length === 0) return text;
  return settled(text, (now) => letIn(now, directories));
}

const MOST_ROUNDS = 5;

/** An edit done until it changes nothing more: lines that people put between atk's marks may move in one round and count in the next. */
function settled(text: string, edit: (text: string) => string): string {
  let now = edit(text);
  for (let round = 1; round < MOST_ROUNDS; round += 1) {
    const next = edit(now);
    if (next === now) return now;
    now = next;
  }
  return now;
}

function letIn(text: string, directories: readonly string[]): string {
  const rules = directories.map((directory) => `!plugins/${escaped(directory)}/*`);
  const withPlugin = addToBlock(withPluginsBlock(secretsLast(text)), PLUGINS, rules);
  return addToBlock(secretsLast(withPlugin), SECRETS, directories.flatMap(templateRules));
}

/** The text without what lets a plugin's files in, the predecessor's lines included. The same text when there is nothing to take out. */
export function disallowPlugin(text: string, directory: string): string {
  return disallowPlugins(text, [directory]);
}

/** The same for many plugins, reading the text once. */
export function disallowPlugins(text: string, directories: readonly string[]): string {
  return directories.length === 0 ? text : dropLines(text, new Set(directories.flatMap(linesFor)));
}

function linesFor(directory: string): readonly string[] {
  const name = escaped(directory);
  const predecessors = [`!plugins/${name}/`, `!plugins/${name}/**`];
  return [`!plugins/${name}/*`, ...templateRules(directory), ...predecessors];
}

/**
 * Any .gitignore, above all the predecessor's, made safe: the exceptions that it appended after its `*.env` move in front of the
 * secrets, which are ignored last. The same text when it is safe already.
 */
export function carryOver(text: string): string {
  const directories = linesOf(text).flatMap(({ content }) => /^!plugins\/([^/*]+)\/\*\*$/.exec(content)?.[1] ?? []);
  const moved = directories.reduce(
    (result, directory) => allowPlugin(disallowPlugin(result, directory), directory),
    text,
  );
  return settled(moved, secretsLast);
}

function templateRules(directory: string): readonly string[] {
  return TEMPLATES.map((name) => `!plugins/${escaped(directory)}/**/${name}`);
}

/** Characters with a meaning in a pattern are taken literally. (gitignore(5)) */
function escaped(name: string): string {
  return name.replace(/[\\*?[\]!# ]/g, "\\$&");
}

function mark(sign: ">>>" | "<<<", title: string): string {
  return `# ${sign} atk: ${title}`;
}

function addToBlock(text: string, title: string, rules: readonly string[]): string {
  const block = findBlock(text, title);
  if (block === undefined) return text;
  const known = new Set(block.contents);
  const missing = rules.filter((rule) => !known.has(rule));
  return insertAt(text, block.end, missing);
}

function findBlock(text: string, title: string): Block | undefined {
  return blockOf(text, mark(">>>", title), mark("<<<", title));
}

/** Exceptions count only after the rule that they are exceptions of. */
function withPluginsBlock(text: string): string {
  if (findBlock(text, PLUGINS) !== undefined) return text;
  const lines = linesOf(text);
  const secrets = findBlock(text, SECRETS);
  // The section never stands inside the secrets' one, whatever somebody wrote between those marks.
  const end = secrets?.start ?? lines.length;
  const general = lines.slice(0, end).findLastIndex(({ content }) => /^!?\/?plugins\/\*/.test(content));
  const place = general >= 0 ? general + 1 : (secrets?.start ?? lines.length);
  return insertAt(text, place, [mark(">>>", PLUGINS), mark("<<<", PLUGINS)]);
}

/** The text with the rules for secrets behind every exception that could touch them. */
function secretsLast(text: string): string {
  const block = findBlock(text, SECRETS);
  if (block !== undefined && isSafe(text, block)) return text;
  const kept =
    block === undefined ? [] : block.contents.filter((line) => !isUnsafe(line) && !SECRET_RULES.includes(line));
  const pulledOut = block === undefined ? [] : block.contents.filter(isUnsafe);
  const without = block === undefined ? text : removeBlock(text, block);
  const rules = [...pulledOut, mark(">>>", SECRETS), ...SECRET_RULES, ...kept, mark("<<<", SECRETS)];
  return insertAt(without, linesOf(without).length, rules);
}

function isSafe(text: string, block: Block): boolean {
  const after = linesOf(text).slice(block.end + 1);
  const rulesFirst = SECRET_RULES.every((rule, index) => block.contents[index] === rule);
  return rulesFirst && !block.contents.some(isUnsafe) && !after.some(({ content }) => isUnsafe(content));
}

/** An exception, unless it can only mean templates. */
function isUnsafe(line: string): boolean {
  return line.startsWith("!") && !TEMPLATES.some((name) => line === `!${name}` || line.endsWith(`/${name}`));
}

function removeBlock(text: string, { start, end }: Block): string {
  const lines = linesOf(text);
  return [...lines.slice(0, start), ...lines.slice(end + 1)].map(({ content, rest }) => content + rest).join("");
}
