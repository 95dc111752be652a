import { isObject } from "../core/json.ts";

const MAX_NAME = 64;
const MAX_DESCRIPTION = 1024;

/** Why a SKILL.md is not one; undefined when it is. (Agent Skills specification: front matter with name and description) */
export async function skillFault(text: string, folder: string): Promise<string | undefined> {
  const front = /^\uFEFF?---\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)([\s\S]*)$/.exec(text);
  if (front === null) return "it does not begin with front matter between two lines of ---";
  const data = await parseFront(front[1] ?? "");
  if (!isObject(data)) return "its front matter is not a map of YAML keys and values";
  const { name, description } = data;
  if (typeof name !== "string" || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.length > MAX_NAME) {
    return `name must be a-z, 0-9 and single hyphens, at most ${MAX_NAME} characters`;
  }
  if (name !== folder) return `name is ${JSON.stringify(name)}, but its folder is called ${JSON.stringify(folder)}`;
  if (typeof description !== "string" || description.trim() === "")
    return "description must say what it does and when to use it";
  if (description.length > MAX_DESCRIPTION)
    return `description has ${description.length} characters, at most ${MAX_DESCRIPTION} are allowed`;
  return (front[2] ?? "").trim() === "" ? "there is nothing after the front matter" : undefined;
}

async function parseFront(text: string): Promise<unknown> {
  const { parseDocument } = await import("yaml");
  const document = parseDocument(text);
  return document.errors.length > 0 ? undefined : document.toJS({ maxAliasCount: 10 });
}
