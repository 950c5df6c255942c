import { arr, bool, nat, obj, opt, str } from "../base/check";

/** A model that can be chosen, with what the API says it can do. `efforts` is empty where effort cannot be set. */
export const model = obj({
  id: str,
  name: str,
  maxInputTokens: opt(nat),
  maxTokens: opt(nat),
  hasAdaptiveThinking: bool,
  efforts: arr(str),
  /** Present for a deprecated model: the day it retires (ISO 8601), or an empty text where none is set. */
  retiresAt: opt(str),
});
