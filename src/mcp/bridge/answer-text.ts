import { isObject } from "../../core/json.ts";
import type { Endpoint } from "./endpoint.ts";
import { HttpFault, statusFault } from "./http-fault.ts";

/** The media type of an answer, without parameters. */
export function mediaType(response: Response): string {
  return (response.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

const MAX_FAULT_BYTES = 1024 * 1024;

/** The body of a refusal; empty when it is longer than any refusal or broken off. */
export async function refusalText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array);
      sizeBytes += (chunk as Uint8Array).length;
      if (sizeBytes > MAX_FAULT_BYTES) return "";
    }
  } catch {
    return "";
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** A refusal as an error. The server's own words are added only where they repeat nothing that was sent. */
export function refusal(response: Response, text: string, { origin, hidden }: Endpoint): HttpFault {
  const said = wordsIn(text);
  const isSafe = said !== undefined && !hidden.some((value) => value !== "" && said.includes(value));
  return statusFault(origin, response.status, isSafe ? said : undefined);
}

const MAX_WORDS_LENGTH = 300;

/** The message of a JSON-RPC error, of an OAuth error (RFC 6749, 5.2), of a problem (RFC 9457) or of what else is usual. */
function wordsIn(text: string): string | undefined {
  const data = parsed(text);
  if (!isObject(data)) return undefined;
  const error = data["error"];
  const found = [
    isObject(error) ? error["message"] : error,
    data["error_description"],
    data["detail"],
    data["message"],
  ];
  const words = found.find((value) => typeof value === "string");
  return (
    words
      ?.replaceAll(/[\p{Cc}\s]+/gu, " ")
      .trim()
      .slice(0, MAX_WORDS_LENGTH) || undefined
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
