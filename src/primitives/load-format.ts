import type { DocumentFormat } from "../formats/document.ts";
import type { DocumentFormatId } from "../core/resource.ts";

/** The reader of one syntax; its module is loaded when the first file of that syntax is met. */
export async function loadFormat(id: DocumentFormatId): Promise<Pick<DocumentFormat, "parse">> {
  if (id === "toml") {
    const { parseToml } = await import("../formats/toml-parse.ts");
    return { parse: parseToml };
  }
  return loadEditor(id);
}

/** Reader and editor of one syntax. */
export async function loadEditor(id: DocumentFormatId): Promise<DocumentFormat> {
  switch (id) {
    case "json":
      return (await import("../formats/json.ts")).json;
    case "jsonc":
      return (await import("../formats/json.ts")).jsonc;
    case "toml":
      return (await import("../formats/toml.ts")).toml;
    case "yaml":
      return (await import("../formats/yaml.ts")).yaml;
  }
}
