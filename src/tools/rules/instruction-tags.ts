import { phraseRule } from "./rule.ts";

/** Marks that look as if the text came from somebody with more say than a tool, and comments that rendering hides. */
export const rule = phraseRule("instruction-tags", "pretends to be more than a description", [
  /<\/?\s*(?:important|system|system[-_ ](?:prompt|message|reminder|note)|critical|hidden|instructions?|override)\s*>/i,
  /<\s*(secret|admin|assistant|developer)\b[^>]{0,40}>[\s\S]{0,400}?<\/\s*\1\s*>/i,
  /<\|\s*(?:im_start|im_end|system|endoftext|start_header_id|eot_id)\s*\|?>?/i,
  /\[\/?INST\]|<<\/?SYS>>/,
  /^\s*#{1,6}\s*(?:system|system (?:prompt|message|instructions?)|instructions? for the (?:ai|model|assistant))\s*:?\s*$/im,
  /<!--[\s\S]{0,400}?-->/,
]);
