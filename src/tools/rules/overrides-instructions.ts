import { phraseRule } from "./rule.ts";

/** Sentences that speak against what the model was told before. */
export const rule = phraseRule("overrides-instructions", "tells the model to drop its instructions", [
  /\b(?:ignore|disregard|forget|override|bypass|discard)\b[^.\n]{0,40}\b(?:previous|prior|above|earlier|preceding|existing|original|initial|system|your)\b[^.\n]{0,30}\b(?:instructions?|prompts?|guidelines?|directions?|directives?|system messages?)\b/i,
  /\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,20}\b(?:previous|prior|your|safety|all other)\b[^.\n]{0,20}\b(?:rules|restrictions|constraints|policies)\b/i,
  /\b(?:ignore|disregard|forget)\s+(?:everything|all|anything)\s+(?:above|before|you (?:were|have been) told|prior)\b/i,
  /\b(?:new|updated|real|actual)\s+(?:system\s+)?instructions?\s*:/i,
  /\byou are now (?:a|an|in|the|acting|no longer)\b/i,
  /\bfrom now on,?\s+(?:you|always|never|every)\b/i,
]);
