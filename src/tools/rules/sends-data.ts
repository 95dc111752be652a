import { phraseRule } from "./rule.ts";

/** A description that says where data shall go which the user did not ask to send. */
export const rule = phraseRule("sends-data", "asks to send data somewhere", [
  /\b(?:send|post|upload|forward|transmit|exfiltrate|leak|e-?mail|bcc|report)\b[^.\n]{0,60}\b(?:chat history|conversation history|(?:entire|full|whole|complete|current) conversation|system prompt|previous messages|private keys?|(?:all|your|the user'?s|any) (?:credentials|passwords|api keys|access tokens|secrets|environment variables|files))\b/i,
  /\b(?:send|post|upload|forward|transmit|exfiltrate|leak)\b(?:[^.\n]|\.(?=\S)){0,60}\b(?:to|at)\s+(?:https?:\/\/|ftp:\/\/|\d{1,3}(?:\.\d{1,3}){3}|[\w.+-]+@[\w-]+\.[a-z])/i,
  /\b(?:bcc|cc|forward)\b[^.\n]{0,40}\b(?:all|every|each|any)\b[^.\n]{0,30}\b(?:e-?mails?|messages?)\b/i,
]);
