import type { JsonObject } from "../../core/json.ts";
import { isMapAt, items, member, textAt, type Part } from "./json-file.ts";
import { oneLine, type Found } from "./layout.ts";

/** What plugin.json, an entry of a marketplace and manifest.json say alike: name, description, version, home page, tags. */
export function about(root: Part, found: Found): JsonObject {
  const name = oneLine(textAt(root, "name") ?? found.name, 100) || found.name;
  const version = oneLine(textAt(root, "version") ?? "", 60);
  const homepage = homepageOf(root);
  const tags = tagsOf(root);
  return {
    name,
    description: oneLine(textAt(root, "description") ?? "") || name,
    ...(version === "" ? {} : { version }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(tags.length === 0 ? {} : { tags }),
  };
}

/** `repository` is an address or a map with one. What is no web address is not worth refusing a plugin for. */
function homepageOf(root: Part): string | undefined {
  const repository = isMapAt(root, "repository")
    ? textAt(member(root, "repository") ?? root, "url")
    : textAt(root, "repository");
  return [textAt(root, "homepage"), repository].find(
    (address) => address !== undefined && /^https?:\/\/[^\s\p{Cc}]+$/u.test(address),
  );
}

function tagsOf(root: Part): readonly string[] {
  const keywords = member(root, "keywords");
  const words = keywords === undefined || !Array.isArray(keywords.value) ? [] : items(keywords);
  const tags = words.flatMap(({ value }) => (typeof value === "string" ? [value.trim().replace(/\s+/g, "-")] : []));
  return [...new Set(tags)].filter((tag) => /^[\p{L}\p{N}][^\s\p{C}]{0,40}$/u.test(tag)).slice(0, 20);
}
