import type { Models } from "@anthropic-ai/sdk/resources/models";
import { anything, arr, bool, check, describeCheckError, nat, obj, opt, str } from "../../core/base/check";
import { defined } from "../../core/base/records";
import type { ModelChoice } from "../../core/protocol/calls";

/** More pages than any list has: a server that names ever more is not followed for ever. */
const MAX_PAGES = 20;

const modelPage = obj({ data: arr(anything), has_more: opt(anything), last_id: opt(anything) });
const supported = obj({ supported: bool });
/** In the order in which they are offered. */
const EFFORTS = ["low", "medium", "high", "xhigh", "max"] as const;
const efforts = obj({ capabilities: obj({ effort: obj({ low: opt(anything), medium: opt(anything), high: opt(anything), xhigh: opt(anything), max: opt(anything) }) }) });
const adaptive = obj({ capabilities: obj({ thinking: obj({ types: obj({ adaptive: supported }) }) }) });

/** All models that are not retired, page by page. Throws the SDK's errors, and SyntaxError on what is no list. */
export async function listAllModels(models: Models, signal: AbortSignal): Promise<readonly ModelChoice[]> {
  const choices: ModelChoice[] = [];
  let afterId: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const response = await models.list({ limit: 1000, ...(afterId === undefined ? {} : { after_id: afterId }) }, { signal }).asResponse();
    const page = check(modelPage, await response.json());
    if (!page.ok) throw new SyntaxError(`A malformed list of models: ${describeCheckError(page.error)}`);
    choices.push(...page.value.data.flatMap((entry) => describeModel(entry) ?? []));
    const { has_more: hasMore, last_id: lastId } = page.value;
    if (hasMore !== true || typeof lastId !== "string" || lastId === afterId) break;
    afterId = lastId;
  }
  return choices;
}

/** Gateways give as little as an id; what is missing or no number is left out. */
function describeModel(entry: unknown): ModelChoice | undefined {
  const named = check(obj({ id: str }), entry);
  if (!named.ok || read("lifecycle", str) === "retired") return undefined;
  function read<T>(field: string, checker: typeof str | typeof nat): T | undefined {
    const found = check(obj({ [field]: checker }), entry);
    return found.ok ? (found.value[field] as T) : undefined; // the checker is of this type
  }
  const thinking = check(adaptive, entry);
  const effort = check(efforts, entry);
  const isSupported = (level: (typeof EFFORTS)[number]): boolean => {
    const found = check(supported, effort.ok ? effort.value.capabilities.effort[level] : undefined);
    return found.ok && found.value.supported;
  };
  return defined({
    id: named.value.id,
    name: read<string>("display_name", str) ?? named.value.id,
    maxInputTokens: read<number>("max_input_tokens", nat),
    maxTokens: read<number>("max_tokens", nat),
    hasAdaptiveThinking: thinking.ok && thinking.value.capabilities.thinking.types.adaptive.supported,
    efforts: EFFORTS.filter(isSupported),
    retiresAt: read("lifecycle", str) === "deprecated" ? (read<string>("retires_at", str) ?? "") : undefined,
  });
}
