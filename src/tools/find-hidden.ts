import { RULES } from "./rules/all.ts";
import type { Neighbours } from "./rules/rule.ts";
import { nameOf, type Offer } from "./offer.ts";
import { toldTexts, type PlacedText } from "./told-texts.ts";
import { excerpt, visible } from "./visible.ts";

/** One sign of hidden instructions. */
export interface Finding {
  readonly rule: string;
  readonly title: string;
  readonly server: string;
  /** The kind of item, e.g. `tools`, and its name; empty for the server's instructions. */
  readonly list: PlacedText["list"];
  readonly item: string;
  readonly field: string;
  /** Part of the text, on one line, with what cannot be seen written out. */
  readonly excerpt: string;
}

/** Names of the tools of every server that is known, by the id of the server. */
export type KnownTools = Readonly<Record<string, readonly string[]>>;

/** Every sign of hidden instructions in what a server says. Pure; linear in the texts. */
export function findHidden(server: string, offer: Offer, known: KnownTools = {}): readonly Finding[] {
  const neighbours: Neighbours = { server, ownTools: new Set(offer.tools.map(nameOf)), others: known };
  return toldTexts(offer).flatMap((told) =>
    RULES.flatMap((rule) =>
      rule.find(told, neighbours).map(({ text, from, to }) => ({
        rule: rule.id,
        title: rule.title,
        server,
        list: told.list,
        item: visible(told.item),
        field: visible(told.field),
        excerpt: excerpt(text, from, to),
      })),
    ),
  );
}

/** `tool read_file, description` */
export function placeOfFinding({ list, item, field }: Pick<Finding, "list" | "item" | "field">): string {
  if (list === "instructions") return "instructions";
  const noun = { tools: "tool", prompts: "prompt", resources: "resource", resourceTemplates: "resource template" }[
    list
  ];
  return `${noun} ${item}, ${field}`;
}
