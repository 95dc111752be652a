import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { layoutOf, type Path } from "../../formats/yaml-layout.ts";
import { remove } from "../../formats/yaml-remove.ts";
import { set } from "../../formats/yaml-set.ts";
import { readYaml } from "../../manifest/yaml-document.ts";
import { portableEntry, type ExportNote } from "./portable.ts";

export interface PortableManifest {
  readonly text: string;
  readonly notes: readonly ExportNote[];
}

export interface Surroundings {
  readonly file: string;
  /** Whether a text names a place of this machine. */
  readonly isHere: (text: string) => boolean;
  /** Why a skill or an instruction cannot go along; undefined: it does. */
  readonly keptBack: (path: string) => string | undefined;
}

/** Sections that speak of machines, not of what agents get. */
const OF_MACHINES = ["machines", "backups"];

/** The manifest's text as it may be shared, comments and order kept. */
export function portableManifest(text: string, surroundings: Surroundings): PortableManifest {
  const { data } = readYaml(text, surroundings.file);
  const sections = isObject(data) ? data : {};
  const work: Work = { text, notes: [] };
  for (const name of OF_MACHINES.filter((each) => Object.hasOwn(sections, each))) {
    work.text = remove(layoutOf(work.text), [], name);
    work.notes.push({ section: name, entry: "", note: "it says what machines there are", isLeftOut: true });
  }
  editServers(work, sections, surroundings);
  editPlugins(work, sections, surroundings);
  for (const section of ["skills", "instructions"]) editPaths(work, section, sections, surroundings);
  editRegistries(work, sections, surroundings);
  return { text: withoutTellingComments(work.text, surroundings), notes: work.notes };
}

interface Work {
  text: string;
  readonly notes: ExportNote[];
}

function editServers(work: Work, { mcp_servers: servers }: JsonObject, { isHere }: Surroundings): void {
  if (!isObject(servers)) return;
  for (const [id, entry] of Object.entries(servers))
    editEntry(work, { section: "mcp_servers", key: id, name: id, entry }, isHere);
}

/** From the end, so that the places of those before stay what they are. */
function editPlugins(work: Work, { plugins }: JsonObject, { isHere }: Surroundings): void {
  for (const [index, entry] of [...listOf(plugins).entries()].reverse()) {
    const name = isObject(entry) ? String(entry["name"]) : String(entry);
    editEntry(work, { section: "plugins", key: index, name, entry }, isHere);
  }
}

interface Place {
  readonly section: string;
  readonly key: string | number;
  readonly name: string;
  readonly entry: Json;
}

function editEntry(work: Work, { section, key, name, entry }: Place, isHere: (text: string) => boolean): void {
  const portable = portableEntry(entry, name, isHere);
  if ("reason" in portable) return leaveOut(work, { section, key, name, reason: portable.reason });
  for (const secret of portable.names)
    work.notes.push({ section, entry: name, note: `a secret was put under the name ${secret}`, isLeftOut: false });
  if (isObject(entry) && isObject(portable.entry))
    work.text = changed(work.text, [section, key], entry, portable.entry);
}

function changed(text: string, path: Path, before: JsonObject, after: JsonObject): string {
  let edited = text;
  for (const key of Object.keys(before)) {
    const value = after[key];
    edited =
      value === undefined
        ? remove(layoutOf(edited), path, key)
        : set(edited, { path, key, before: before[key], after: value });
  }
  return edited;
}

function leaveOut(
  work: Work,
  { section, key, name, reason }: { section: string; key: string | number; name: string; reason: string },
): void {
  work.text = remove(layoutOf(work.text), [section], key);
  work.notes.push({ section, entry: name, note: reason, isLeftOut: true });
}

function editPaths(work: Work, section: string, sections: JsonObject, { keptBack }: Surroundings): void {
  for (const [index, entry] of [...listOf(sections[section]).entries()].reverse()) {
    const path = isObject(entry) ? entry["path"] : entry;
    const reason = typeof path === "string" ? keptBack(path) : "it has no path";
    if (reason !== undefined) leaveOut(work, { section, key: index, name: String(path), reason });
  }
}

function editRegistries(work: Work, { registries }: JsonObject, { isHere }: Surroundings): void {
  for (const [index, entry] of [...listOf(registries).entries()].reverse()) {
    const { name, url } = isObject(entry) ? entry : {};
    if (typeof url !== "string" || (/^[a-z+]+:\/\/|^[\w.-]+@/.test(url) && !url.startsWith("file:") && !isHere(url)))
      continue;
    leaveOut(work, {
      section: "registries",
      key: index,
      name: String(name),
      reason: "it is a folder on the machine it was exported on",
    });
  }
}

/** A comment may be about anything; one that names a place of this machine is not passed on. */
function withoutTellingComments(text: string, { isHere }: Surroundings): string {
  return text
    .split("\n")
    .filter((line) => !(/^\s*#/.test(line) && isHere(line)))
    .join("\n");
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
