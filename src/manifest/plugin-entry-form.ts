import { isNode } from "yaml";
import { containerAt, entryAt, isFlow, layoutOf } from "../formats/yaml-layout.ts";
import { splice } from "../formats/yaml-lines.ts";

/** The short form of a plugin's entry as a map: `github` becomes `name: github`; the comment behind it stays. */
export function openEntry(text: string, at: number): string {
  const item = itemAt(text, at);
  if (item === undefined) return text;
  const written = text.slice(item.start, item.end);
  const opened = item.isInFlow ? `{ name: ${written} }` : `name: ${written}`;
  return splice(text, { start: item.start, end: item.end, text: opened });
}

/** A map with nothing but a name as the short form; any other entry is left as it is. */
export function closeEntry(text: string, at: number): string {
  const entry = containerAt(layoutOf(text), ["plugins", at]);
  const name = entry === undefined || entry.items.length !== 1 ? undefined : entryAt(entry, "name");
  const item = itemAt(text, at);
  if (name?.afterColon === undefined || item === undefined) return text;
  return splice(text, {
    start: item.start,
    end: item.end,
    text: text.slice(name.afterColon, name.end).trim(),
  });
}

interface Item {
  /** After the dash. */
  readonly start: number;
  readonly end: number;
  readonly isInFlow: boolean;
}

function itemAt(text: string, at: number): Item | undefined {
  const list = containerAt(layoutOf(text), ["plugins"]);
  const entry = list === undefined ? undefined : entryAt(list, at);
  if (list === undefined || entry === undefined || !isNode(entry.value)) return undefined;
  return { start: entry.value.range?.[0] ?? entry.start, end: entry.end, isInFlow: isFlow(list) };
}
