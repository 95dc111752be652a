import { parse as parseJsonc } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { parse as parseYaml } from "yaml";

/** The data in a client file's text, whatever its format; undefined when it cannot be read. */
export function readData(file, text) {
  const body = text.replace(/^\uFEFF/, "");
  try {
    if (file.endsWith(".toml")) return parseToml(body);
    if (file.endsWith(".yaml")) return parseYaml(body);
    return readJsonc(body);
  } catch {
    return undefined;
  }
}

function readJsonc(text) {
  const errors = [];
  const data = parseJsonc(text, errors, { allowTrailingComma: true });
  return errors.length === 0 ? data : undefined;
}

export const at = (data, path) => path.reduce((value, key) => value?.[key], data);
