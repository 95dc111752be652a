import type { DocumentFormat } from "./document.ts";
import { editToml } from "./toml-edit.ts";
import { parseToml } from "./toml-parse.ts";

/** TOML, edited in place. Who only reads it takes `parseToml`, which needs no editor's parser. */
export const toml: DocumentFormat = { id: "toml", parse: parseToml, edit: editToml };
