import { AtkError } from "../../core/errors.ts";
import { rhythmOf, type Schedule } from "./schedule.ts";

export interface AgentWish {
  readonly label: string;
  /** The program's absolute path and its arguments. */
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** Started again: whenever it ends, or unless it ended with exit code 0. Default: not at all. */
  readonly keepAlive?: "always" | "on-failure";
  /** Default: started when it is loaded. */
  readonly schedule?: Schedule;
  /** Takes both streams of output. */
  readonly outputFile: string;
}

/**
 * The text of LABEL.plist. It holds no environment: whoever may read the file could read it. (launchd.plist(5))
 * @throws AtkError E_USAGE for a word with characters that XML cannot hold
 */
export function launchdPlist({ label, command, workingDirectory, keepAlive, schedule, outputFile }: AgentWish): string {
  const agent: Value = {
    Label: label,
    ProgramArguments: command,
    WorkingDirectory: workingDirectory,
    StandardOutPath: outputFile,
    StandardErrorPath: outputFile,
    ...(schedule === undefined ? { RunAtLoad: true } : times(schedule)),
    ...(keepAlive === undefined ? {} : { KeepAlive: keepAlive === "always" ? true : { SuccessfulExit: false } }),
  };
  return `${HEAD}${show(agent, "")}</plist>\n`;
}

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
`;

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** A calendar interval leaves out what does not matter, as cron's star; one that is slept through runs on waking. (launchd.plist(5)) */
function times(schedule: Schedule): { readonly [key: string]: Value } {
  const rhythm = rhythmOf(schedule);
  switch (rhythm.kind) {
    case "any span":
      return { StartInterval: rhythm.every * 60 };
    case "minutes of the hour":
      if (rhythm.every === 1) return { StartInterval: 60 };
      return { StartCalendarInterval: steps(60, rhythm.every).map((Minute) => ({ Minute })) };
    case "hours of the day":
      return { StartCalendarInterval: steps(24, rhythm.every).map((Hour) => ({ Hour, Minute: 0 })) };
    case "clock": {
      const { minute: Minute, hour, weekday, day } = rhythm;
      const date = {
        ...(day === undefined ? {} : { Day: day }),
        ...(weekday === undefined ? {} : { Weekday: weekday }),
      };
      return { StartCalendarInterval: { Minute, ...(hour === undefined ? {} : { Hour: hour }), ...date } };
    }
  }
}

function steps(end: number, step: number): readonly number[] {
  return Array.from({ length: end / step }, (_, index) => index * step);
}

function show(value: Value, indent: string): string {
  if (typeof value === "string") return `${indent}<string>${escaped(value)}</string>\n`;
  if (typeof value === "number") return `${indent}<integer>${value}</integer>\n`;
  if (typeof value === "boolean") return `${indent}<${value}/>\n`;
  const inner = `${indent}  `;
  const [tag, inside] = isList(value)
    ? ["array", value.map((each) => show(each, inner))]
    : ["dict", Object.entries(value).map(([key, each]) => `${inner}<key>${escaped(key)}</key>\n${show(each, inner)}`)];
  return `${indent}<${tag}>\n${inside.join("")}${indent}</${tag}>\n`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  // XML 1.0 has no way to write these. (https://www.w3.org/TR/xml/#charsets)
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u.test(text))
    throw new AtkError("E_USAGE", "a property list cannot hold control characters", { hint: "put it into a script" });
  // A bare carriage return would be read as a line end.
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\r", "&#13;");
}
