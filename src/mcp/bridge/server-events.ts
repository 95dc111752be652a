/** What stands between two blank lines of an event stream. (WHATWG HTML, 9.2 Server-sent events) */
export interface ServerEvent {
  /** "message" when the stream names none. */
  readonly type: string;
  /** Undefined: the event has no data and is only here for its id or retry. */
  readonly data?: string;
  readonly id?: string;
  readonly retryMs?: number;
}

export interface EventParser {
  push(chunk: Uint8Array): readonly ServerEvent[];
}

/** Events out of chunks, linear in the bytes however they are cut. An event without its blank line at the end is dropped. */
export function createEventParser(): EventParser {
  const decoder = new TextDecoder();
  const split = createSplitter();
  let fields: Fields = { data: [] };
  return {
    push(chunk) {
      const events: ServerEvent[] = [];
      for (const line of split(decoder.decode(chunk, { stream: true }))) {
        if (line !== "") addLine(fields, line);
        else {
          const event = eventOf(fields);
          if (event !== undefined) events.push(event);
          fields = { data: [] };
        }
      }
      return events;
    },
  };
}

interface Fields {
  readonly data: string[];
  type?: string;
  id?: string;
  retryMs?: number;
}

function addLine(fields: Fields, line: string): void {
  const colon = line.indexOf(":");
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
  if (name === "data") fields.data.push(value);
  else if (name === "event") fields.type = value;
  else if (name === "id" && !value.includes("\0")) fields.id = value;
  else if (name === "retry" && /^\d+$/.test(value)) fields.retryMs = Number(value);
}

function eventOf({ data, type, id, retryMs }: Fields): ServerEvent | undefined {
  if (data.length === 0 && id === undefined && retryMs === undefined) return undefined;
  return {
    type: type === undefined || type === "" ? "message" : type,
    ...(data.length === 0 ? {} : { data: data.join("\n") }),
    ...(id === undefined ? {} : { id }),
    ...(retryMs === undefined ? {} : { retryMs }),
  };
}

/** Lines end in LF, CR or CR LF; the last two may be cut apart. */
function createSplitter(): (text: string) => readonly string[] {
  let open: string[] = [];
  let endedInCr = false;
  return (given) => {
    if (given === "") return [];
    const text = endedInCr && given.startsWith("\n") ? given.slice(1) : given;
    endedInCr = given.endsWith("\r");
    const parts = text.split(/\r\n|\n|\r/);
    const last = parts.pop() ?? "";
    if (parts.length === 0) {
      open.push(last);
      return [];
    }
    parts[0] = open.join("") + (parts[0] ?? "");
    open = [last];
    return parts;
  };
}
