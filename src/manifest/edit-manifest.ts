import { AtkError } from "../core/errors.ts";
import { equal, isObject, type Json, type JsonObject } from "../core/json.ts";
import { invalid } from "./invalid.ts";
import { closeEntry, openEntry } from "./plugin-entry-form.ts";
import { readYaml } from "./yaml-document.ts";
import { insert } from "../formats/yaml-insert.ts";
import { layoutOf } from "../formats/yaml-layout.ts";
import { remove } from "../formats/yaml-remove.ts";
import { set } from "../formats/yaml-set.ts";

/** A plugin's entry as it is written: its name, or a map with at least a `name`. */
export type PluginText = string | JsonObject;

/**
 * Each function gives the manifest's text with one edit made; everything else keeps its bytes: comments, order, quoting, line
 * endings. The text must be a manifest that `parseManifest` accepts.
 * @throws AtkError E_PLUGIN_NOT_FOUND when there is no such entry; E_MANIFEST when the edit cannot be made safely (anchors).
 */
export function addPlugin(text: string, entry: PluginText, file: string): string {
  const data = readForEdit(text, file);
  const after = { ...data, plugins: [...pluginsOf(data), entry] };
  return verified(insert(layoutOf(text), ["plugins"], { value: entry }), after, file);
}

/** See `addPlugin`. Comments on the entry's own line and inside the entry go with it. */
export function removePlugin(text: string, name: string, file: string): string {
  const data = readForEdit(text, file);
  const at = indexOfPlugin(data, name, file);
  const after = { ...data, plugins: pluginsOf(data).filter((_, index) => index !== at) };
  return verified(remove(layoutOf(text), ["plugins"], at), after, file);
}

/**
 * Sets one field of a plugin's entry; undefined takes it away. A plain name becomes a map when it gets its first field, and a
 * map with nothing but a name becomes a plain name again.
 */
export function setPluginField(text: string, field: PluginField, file: string): string {
  const data = readForEdit(text, file);
  const at = indexOfPlugin(data, field.plugin, file);
  const entry = pluginsOf(data)[at] ?? field.plugin;
  const changed = changedEntry(entry, field);
  if (equal(entry, changed)) return text;
  const after = { ...data, plugins: pluginsOf(data).map((other, index) => (index === at ? changed : other)) };
  return verified(editPlugin(text, at, { entry, field }), after, file);
}

export interface PluginField {
  readonly plugin: string;
  readonly name: "source" | "agents" | "env" | "enabled" | "when" | "secrets" | "tools";
  readonly value: Json | undefined;
}

/** The agents of a plugin, or else of the server of `mcp_servers` with that name; undefined: the manifest's own. */
export function setAgents(text: string, name: string, agents: readonly string[] | undefined, file: string): string {
  return setField(text, { entry: name, name: "agents", value: agents }, file);
}

/** Enables or disables a plugin, or else the server of `mcp_servers` with that name. Enabled is the default, so it is not written. */
export function setEnabled(text: string, name: string, isEnabled: boolean, file: string): string {
  const data = readForEdit(text, file);
  const entry = pluginsOf(data).find((each) => nameOf(each) === name) ?? serverNamed(data, name);
  if (isEnabledEntry(entry) === isEnabled) return text;
  return setField(text, { entry: name, name: "enabled", value: isEnabled ? undefined : false }, file);
}

/** Takes `secrets:` out of a plugin, or else of the server of `mcp_servers` with that name: the launcher is the default. */
export function setLauncher(text: string, name: string, file: string): string {
  return setField(text, { entry: name, name: "secrets", value: undefined }, file);
}

interface EntryField {
  readonly entry: string;
  readonly name: "agents" | "enabled" | "secrets";
  readonly value: Json | undefined;
}

function setField(text: string, { entry, name, value }: EntryField, file: string): string {
  const data = readForEdit(text, file);
  const isPlugin = pluginsOf(data).some((each) => nameOf(each) === entry);
  const server = isPlugin ? undefined : serverNamed(data, entry);
  if (server === undefined) return setPluginField(text, { plugin: entry, name, value }, file);
  const { [name]: before, ...rest } = server;
  const changed = value === undefined ? rest : { ...server, [name]: value };
  if (equal(changed, server)) return text;
  const path = ["mcp_servers", entry];
  const edited =
    value === undefined ? remove(layoutOf(text), path, name) : set(text, { path, key: name, before, after: value });
  return verified(edited, { ...data, mcp_servers: { ...serversOf(data), [entry]: changed } }, file);
}

function serverNamed(data: JsonObject, name: string): JsonObject | undefined {
  const servers = serversOf(data);
  const server = Object.hasOwn(servers, name) ? servers[name] : undefined;
  return isObject(server) ? server : undefined;
}

/** Adds a server to `mcp_servers`; the map has the fields as they are written in the file. */
export function addServer(text: string, id: string, server: JsonObject, file: string): string {
  const data = readForEdit(text, file);
  const after = { ...data, mcp_servers: { ...serversOf(data), [id]: server } };
  return verified(insert(layoutOf(text), ["mcp_servers"], { key: id, value: server }), after, file);
}

/** The server of `mcp_servers` with other fields; what stays the same keeps its bytes, comments included. */
export function setServer(text: string, id: string, server: JsonObject, file: string): string {
  const data = readForEdit(text, file);
  const { [id]: before } = serversOf(data);
  if (before === undefined) throw notFound(`server ${id}`, file);
  const after = { ...data, mcp_servers: { ...serversOf(data), [id]: server } };
  return verified(set(text, { path: ["mcp_servers"], key: id, before, after: server }), after, file);
}

export function removeServer(text: string, id: string, file: string): string {
  const data = readForEdit(text, file);
  const { [id]: gone, ...rest } = serversOf(data);
  if (gone === undefined) throw notFound(`server ${id}`, file);
  return verified(remove(layoutOf(text), ["mcp_servers"], id), { ...data, mcp_servers: rest }, file);
}

/** Adds a skill at the end of `skills`; one that is nothing but its path is written as that. */
export function addSkill(text: string, skill: JsonObject, file: string): string {
  const data = readForEdit(text, file);
  const { path } = skill;
  const value = Object.keys(skill).length === 1 && path !== undefined ? path : skill;
  const after = { ...data, skills: [...(Array.isArray(data["skills"]) ? data["skills"] : []), value] };
  return verified(insert(layoutOf(text), ["skills"], { value, isSpread: false }), after, file);
}

/** Adds a registry at the end of `registries`; the map has the fields as they are written in the file. */
export function addRegistry(text: string, registry: JsonObject, file: string): string {
  const data = readForEdit(text, file);
  const after = { ...data, registries: [...registriesOf(data), registry] };
  return verified(insert(layoutOf(text), ["registries"], { value: registry }), after, file);
}

export function removeRegistry(text: string, name: string, file: string): string {
  const data = readForEdit(text, file);
  const at = registriesOf(data).findIndex((entry) => nameOf(entry) === name);
  if (at === -1) throw notFound(`registry ${name}`, file);
  const after = { ...data, registries: registriesOf(data).filter((_, index) => index !== at) };
  return verified(remove(layoutOf(text), ["registries"], at), after, file);
}

function changedEntry(entry: Json, { name, value }: PluginField): Json {
  const map = isObject(entry) ? entry : { name: entry };
  if (value !== undefined) return { ...map, [name]: value };
  const { [name]: _, ...rest } = map;
  return Object.keys(rest).length === 1 ? (rest["name"] ?? entry) : rest;
}

interface Edit {
  readonly entry: Json;
  readonly field: PluginField;
}

function editPlugin(text: string, at: number, { entry, field }: Edit): string {
  const path = ["plugins", at];
  const map = isObject(entry) ? entry : undefined;
  const opened = map === undefined ? openEntry(text, at) : text;
  const before = map !== undefined && Object.hasOwn(map, field.name) ? map[field.name] : undefined;
  if (field.value !== undefined) return set(opened, { path, key: field.name, before, after: field.value });
  return closeEntry(remove(layoutOf(opened), path, field.name), at);
}

function indexOfPlugin(data: JsonObject, name: string, file: string): number {
  const at = pluginsOf(data).findIndex((entry) => nameOf(entry) === name);
  if (at === -1) throw notFound(`plugin ${name}`, file);
  return at;
}

function notFound(what: string, file: string): AtkError {
  return new AtkError("E_PLUGIN_NOT_FOUND", `there is no ${what} in ${file}`, { at: { file } });
}

/** Undefined where there is no entry. */
function isEnabledEntry(entry: Json | undefined): boolean | undefined {
  if (entry === undefined) return undefined;
  return isObject(entry) ? entry["enabled"] !== false : true;
}

const nameOf = (entry: Json): Json | undefined => (isObject(entry) ? entry["name"] : entry);

function pluginsOf({ plugins }: JsonObject): readonly Json[] {
  return Array.isArray(plugins) ? plugins : [];
}

function registriesOf({ registries }: JsonObject): readonly Json[] {
  return Array.isArray(registries) ? registries : [];
}

function serversOf({ mcp_servers: servers }: JsonObject): JsonObject {
  return isObject(servers) ? servers : {};
}

/** The data of a manifest's text. @throws AtkError E_MANIFEST */
export function readForEdit(text: string, file: string): JsonObject {
  const { data, problems } = readYaml(text, file);
  if (problems.length > 0) throw invalid("E_MANIFEST", file, problems);
  return isObject(data) ? data : {};
}

/** An edit that would mean anything else than was asked for is refused, not written. */
export function verified(text: string, wanted: JsonObject, file: string): string {
  const { data, problems } = readYaml(text, file);
  if (problems.length === 0 && equal(data, wanted)) return text;
  throw new AtkError("E_MANIFEST", `cannot change ${file} without touching something else in it`, {
    at: { file },
    hint: "make the change by hand; anchors and aliases there are the usual cause",
  });
}
