import { phraseRule } from "./rule.ts";

/** Nothing that a tool does has to be kept from the one it is done for. */
export const rule = phraseRule("hides-from-user", "asks to keep something from the user", [
  /\b(?:do not|don't|do n't|never|without|must not|should not|shouldn't|mustn't|avoid|refrain from)\b[^.\n]{0,40}\b(?:tell(?:ing)?|mention(?:ing)?|inform(?:ing)?|reveal(?:ing)?|notify(?:ing)?|disclos(?:e|ing)|alert(?:ing)?)\b[^.\n]{0,40}\b(?:users?|humans?|anyone|anybody|person)\b/i,
  /\b(?:do not|don't|never|must not)\s+(?:mention|reveal|disclose|tell)\b[^.\n]{0,30}\b(?:this|these) (?:instructions?|notes?|steps?|messages?|parameters?)\b/i,
  /\b(?:hide|conceal|keep)\b[^.\n]{0,40}\b(?:from|secret from|hidden from)\s+(?:the\s+)?(?:users?|humans?)\b/i,
  /\bkeep (?:this|it|that) (?:a )?secret\b/i,
  /\b(?:secretly|covertly|surreptitiously)\b/i,
  /\b(?:silently|quietly)\s+(?:send|forward|read|include|copy|upload|call|execute|run|append|add)\b/i,
  /\bwithout (?:the )?(?:user'?s?|human'?s?)\s+(?:knowledge|knowing|noticing|awareness|consent|permission)\b/i,
]);
