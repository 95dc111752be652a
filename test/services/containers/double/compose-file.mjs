import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { Refusal } from "./state.mjs";

/** The services of compose files, merged, with variables of the environment and of the `.env` beside them put in. */
export function readServices(files, directory) {
  const variables = { ...readDotenv(join(directory ?? dirname(files[0]), ".env")), ...process.env };
  const services = {};
  for (const file of files) {
    if (!existsSync(file)) throw new Refusal(`open ${file}: no such file or directory`, 1, "bare");
    const { services: declared = {} } = parse(interpolate(readFileSync(file, "utf8"), variables)) ?? {};
    for (const [name, service] of Object.entries(declared)) services[name] = merge(services[name], service);
  }
  return services;
}

/** Maps are merged, sequences joined, all else replaced. (https://docs.docker.com/reference/compose-file/merge/) */
function merge(base = {}, { environment, ports = [], ...rest }) {
  return {
    ...base,
    ...rest,
    environment: { ...base.environment, ...asMap(environment) },
    ports: [...(base.ports ?? []), ...ports],
  };
}

function asMap(environment = {}) {
  if (!Array.isArray(environment)) return environment;
  return Object.fromEntries(environment.map((each) => [each.split("=")[0], each.split("=").slice(1).join("=")]));
}

/** (https://docs.docker.com/reference/compose-file/interpolation/) */
function interpolate(text, variables) {
  return text.replace(/\$(?:(\$)|\{(\w+)(?::?([-?])([^}]*))?\}|(\w+))/g, (_all, escaped, braced, kind, word, plain) => {
    if (escaped !== undefined) return "$";
    const value = variables[braced ?? plain];
    if (value) return value;
    if (kind === "?")
      throw new Refusal(
        `error while interpolating services.web.environment.${braced}: required variable ${braced} is missing a value: ${word}`,
        1,
        "bare",
      );
    return kind === "-" ? word : "";
  });
}

function readDotenv(file) {
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.includes("="));
  return Object.fromEntries(lines.map((line) => [line.split("=")[0], line.split("=").slice(1).join("=")]));
}
