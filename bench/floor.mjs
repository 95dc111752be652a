// The floor: a program that only reads the files named in the list (a JSON array of paths) and parses those that hold data.
import { readFileSync } from "node:fs";

const files = JSON.parse(readFileSync(process.argv[2], "utf8"));
const toml = files.some((file) => file.endsWith(".toml")) ? await import("smol-toml") : undefined;

for (const file of files) {
  const text = readFileSync(file, "utf8");
  if (/\.(jsonc?|lock)$/.test(file)) JSON.parse(text);
  else if (file.endsWith(".toml")) toml.parse(text);
}
