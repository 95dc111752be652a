import { isObject, type Json, type JsonObject } from "../core/json.ts";
import { insert } from "../formats/yaml-insert.ts";
import { layoutOf } from "../formats/yaml-layout.ts";
import { remove } from "../formats/yaml-remove.ts";
import { readForEdit, verified } from "./edit-manifest.ts";

export interface PathAgents {
  readonly section: "skills" | "instructions";
  readonly path: string;
  /** None: the entry goes. */
  readonly agents: readonly string[];
}

/** A skill or an instruction of the manifest for other agents. An entry that changes is written at the end of its list. */
export function setPathAgents(text: string, { section, path, agents }: PathAgents, file: string): string {
  const data = readForEdit(text, file);
  const list: readonly Json[] = Array.isArray(data[section]) ? data[section] : [];
  const at = list.findIndex((item) => (isObject(item) ? item["path"] : item) === path);
  if (at === -1) return text;
  const { [at]: before } = list;
  const rest = list.filter((_item, index) => index !== at);
  const shorter = remove(layoutOf(text), [section], at);
  if (agents.length === 0) return verified(shorter, { ...data, [section]: rest }, file);
  const value: JsonObject = { ...(isObject(before) ? before : { path }), agents };
  return verified(insert(layoutOf(shorter), [section], { value }), { ...data, [section]: [...rest, value] }, file);
}
