import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";

const LONGEST_TEXT = 5000;
const TIMEOUT_MS = 60_000;

const text = { type: "string", description: "What is said. Plain words, no Markdown.", maxLength: LONGEST_TEXT };

export const TOOLS = [
  {
    name: "speak",
    description: "Says a text on the loudspeaker of this machine.",
    inputSchema: { type: "object", properties: { text }, required: ["text"], additionalProperties: false },
  },
  {
    name: "save_speech",
    description: "Writes a text as speech into a new .wav file.",
    inputSchema: {
      type: "object",
      properties: { text, path: { type: "string", description: "The full path of a .wav file that is not there yet." } },
      required: ["text", "path"],
      additionalProperties: false,
    },
  },
];

/** What a tool has to say when it worked. @throws Error in words for the agent. */
export async function call(name, { text: said, path }) {
  if (name !== "speak" && name !== "save_speech") throw new Error(`there is no tool ${name}`);
  if (typeof said !== "string" || said.trim() === "") throw new Error("text must say something");
  if (said.length > LONGEST_TEXT) throw new Error(`text has ${said.length} characters, at most ${LONGEST_TEXT} are said`);
  if (name === "speak") {
    await play(await speech(said));
    return "said";
  }
  if (typeof path !== "string" || !isAbsolute(path) || !path.endsWith(".wav"))
    throw new Error("path must be the full path of a .wav file");
  const sound = await speech(said);
  await writeFile(path, sound, { flag: "wx" }).catch((error) => {
    throw new Error(error.code === "EEXIST" ? `${path} is there already` : `${path} cannot be written: ${error.message}`);
  });
  return `${path}: ${sound.length} bytes`;
}

async function speech(said) {
  const url = process.env.PIPER_TTS_URL || "http://localhost:5847";
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: said }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error) => {
    throw new Error(`Piper does not answer at ${url} (${error.cause?.code ?? error.message}); start it: atk start piper`);
  });
  if (!answer.ok) throw new Error(`Piper answered ${answer.status}; see atk logs piper`);
  return new Uint8Array(await answer.arrayBuffer());
}

async function play(sound) {
  const folder = await mkdtemp(join(tmpdir(), "piper-"));
  const file = join(folder, "speech.wav");
  try {
    await writeFile(file, sound);
    for (const [program, ...args] of players(file)) {
      if (await ran(program, args)) return;
    }
    throw new Error("no program that plays sound worked here; use save_speech");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function players(file) {
  if (process.platform === "darwin") return [["afplay", file]];
  if (process.platform === "win32") {
    const script = `(New-Object Media.SoundPlayer '${file.replaceAll("'", "''")}').PlaySync()`;
    return [["powershell", "-NoProfile", "-Command", script]];
  }
  return [["paplay", file], ["pw-play", file], ["aplay", "-q", file]];
}

const ran = (program, args) =>
  new Promise((done) => {
    const player = spawn(program, args, { stdio: "ignore" });
    player.on("error", () => done(false));
    player.on("exit", (code) => done(code === 0));
  });
