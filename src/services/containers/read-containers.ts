import { isObject, type Json, type JsonObject } from "../../core/json.ts";
import { healthOf, type Container } from "./container.ts";

/**
 * The containers in what `docker compose ps`, `docker ps` or `podman ps` printed as JSON. Compose prints an object a line since 2.21 and an
 * array before that; Docker prints lines, Podman an array. Containers of `compose run` are left out: they are nobody's service.
 * (docker/compose#10918; cmd/formatter/container.go; podman-ps(1))
 * @throws SyntaxError when it is not JSON.
 */
export function readContainers(text: string): readonly Container[] {
  return parse(text.trim())
    .filter(isObject)
    .filter((row) => labelOf(row, "com.docker.compose.oneoff").toLowerCase() !== "true")
    .map(readContainer);
}

function parse(text: string): readonly Json[] {
  if (text.startsWith("[")) return JSON.parse(text) as Json[];
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Json);
}

function readContainer(row: JsonObject): Container {
  const status = textOf(row["Status"]);
  return {
    name: textOf(row["Service"]) || labelOf(row, "com.docker.compose.service") || nameOf(row),
    status: textOf(row["State"]).toLowerCase(),
    health: healthOf(textOf(row["Health"]) || (/\((?:health: )?(\w+)\)$/.exec(status)?.[1] ?? "")),
    exitCode: exitCodeOf(row, status),
  };
}

/** Compose gives the code of what has ended, not of what is being restarted; the words of the status have both. (moby, container/state.go) */
function exitCodeOf(row: JsonObject, status: string): number {
  const said = /^(?:Exited|Restarting) \((-?\d+)\)/i.exec(status)?.[1];
  if (said !== undefined) return Number(said);
  return typeof row["ExitCode"] === "number" ? row["ExitCode"] : 0;
}

/** Podman has a list of names. */
function nameOf({ Name, Names }: JsonObject): string {
  return textOf(Name) || textOf(Array.isArray(Names) ? (Names as readonly Json[])[0] : Names);
}

/** Docker prints labels as one text, "a=1,b=2", Podman as an object. */
function labelOf({ Labels }: JsonObject, label: string): string {
  if (isObject(Labels)) return textOf(Labels[label]);
  const found = textOf(Labels)
    .split(",")
    .find((each) => each.startsWith(`${label}=`));
  return found?.slice(label.length + 1) ?? "";
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
