import { ASK_BUG, HELP, INTRODUCTION, PROJECT, SALES, TEST, bugAnswer, fixAnswer, rulesAnswer } from "./answers";
import { explainAttachment, explainNamed } from "./explain";
import { speak } from "./pace";
import { isRecord } from "./parseRequest";
import { READ_TOOL, afterRead, pathToRead, readCall } from "./readTool";
import { tour } from "./tour";
import { readTurn, type Turn } from "./turn";
import type { MessagesRequest, ModelCapabilities, ModelInfo, Responder, Step } from "./wire";

export interface DemoOptions {
  /** How fast answers arrive; `Infinity` plays them without pauses. Default 80. */
  readonly wordsPerSecond?: number;
}

/** How long the demo model waits before its first word, as a model does. */
const FIRST_WORD_MS = 350;

const yes = { supported: true };
const no = { supported: false };
const CAPABILITIES: ModelCapabilities = {
  batch: no,
  citations: no,
  code_execution: no,
  compaction: null,
  context_management: { ...no, clear_thinking_20251015: no, clear_tool_uses_20250919: no, compact_20260112: no },
  effort: { ...no, low: no, medium: no, high: no, xhigh: no, max: no },
  image_input: no,
  pdf_input: no,
  server_tools: { ...no, code_execution: no, web_search: no },
  structured_outputs: no,
  thinking: { ...yes, types: { adaptive: yes, between_tools: no, disabled: yes, enabled: yes } },
};

/** The models that the demo server lists. The id is no Claude model's, so that none is mistaken for it. */
export const demoModels: readonly ModelInfo[] = [
  {
    type: "model",
    id: "demo",
    display_name: "Demo model",
    created_at: "1970-01-01T00:00:00Z",
    line: null,
    lifecycle: "active",
    deprecated_at: null,
    retires_at: null,
    max_input_tokens: 200_000,
    max_tokens: 32_000,
    allowed_fallback_models: null,
    capabilities: CAPABILITIES,
  },
];

/** The scripted answers about the sample workspace: the same question gets the same answer, at a reading pace. */
export function createDemoResponder({ wordsPerSecond = 80 }: DemoOptions = {}): Responder {
  return async function* (request) {
    const turn = readTurn(request);
    yield { type: "start" };
    yield { type: "pause", ms: wordsPerSecond === Infinity ? 0 : FIRST_WORD_MS };
    if (wantsThinking(request) && topicOf(turn, request) === "bug") yield* speak(THOUGHT, wordsPerSecond, "thinking");
    yield* reply(turn, request, wordsPerSecond);
  };
}

const THOUGHT =
  "(Scripted too, to show where thinking appears.) The tests pass, so look at what they don't try: prices of four digits. Where would their length matter? In a sort without a comparison function.";

function* reply(turn: Turn, request: MessagesRequest, wordsPerSecond: number): Generator<Step> {
  if (turn.isFirst) yield* speak(`${INTRODUCTION}\n\n`, wordsPerSecond);
  const tool = request.tools.find((offered) => offered.name === READ_TOOL);
  if (tool && topicOf(turn, request) === "read") {
    yield* speak(`I'll read \`${pathToRead(turn)}\`.`, wordsPerSecond);
    yield readCall(tool, turn);
    return;
  }
  yield* speak(textFor(topicOf(turn, request), turn, request), wordsPerSecond);
}

type Topic = "tool" | "read" | (typeof TOPICS)[number][0];

/** Tried in this order: the first that fits the question wins. */
const TOPICS = [
  ["tour", /\b(tour|everything|in detail|whole (project|code|workspace)|long answer)\b/],
  ["test", /\b(write|add|create|make|need|propose|missing)\b.*\btests?\b/],
  ["fix", /\b(fix|fixes|repair|patch|solve|change it|correct it)\b/],
  ["bug", /\b(bugs?|wrong|broken|problems?|mistakes?|issues?|errors?|correct|review|defects?|fails?)\b/],
  ["rules", /\b(rules?|instructions|agents\.md|claude\.md)\b/],
  ["help", /\b(who are you|help|api key|a key|real (answers?|model)|claude|demo)\b/],
  ["test", /\btests\b/],
  ["sales", /\b(sales|report|python|csv|orders)\b/],
  ["project", /\b(project|workspace|repo|repository|codebase|overview|readme|app)\b/],
  ["explain", /\b(explain|what|how|why|describe|summari[sz]e|this|file|selection|function|code|lines?)\b/],
] as const;

function topicOf(turn: Turn, request: MessagesRequest): Topic {
  if (turn.toolAnswer) return "tool";
  const question = turn.question.toLowerCase();
  if (/\bread\b/.test(question) && request.tools.some((tool) => tool.name === READ_TOOL)) return "read";
  return TOPICS.find(([, pattern]) => pattern.test(question))?.[0] ?? "help";
}

function textFor(topic: Topic, turn: Turn, request: MessagesRequest): string {
  const attachment = turn.attachments[0];
  switch (topic) {
    case "tour":
      return tour();
    case "test":
      return TEST;
    case "fix":
      return fixAnswer(turn, request.system);
    case "bug":
      return bugAnswer(turn);
    case "rules":
      return rulesAnswer(request.system);
    case "sales":
      return SALES;
    case "project":
      return PROJECT + ASK_BUG;
    case "explain":
      return explainNamed(turn.question) ?? (attachment ? explainAttachment(attachment) : HELP);
    case "tool":
      return turn.toolAnswer ? afterRead(turn.toolAnswer) : HELP;
    case "read":
    case "help":
      return HELP;
  }
}

function wantsThinking(request: MessagesRequest): boolean {
  const thinking = request.body["thinking"];
  const isHidden = isRecord(thinking) && thinking["display"] === "omitted";
  return (request.thinking === "adaptive" || request.thinking === "enabled") && !isHidden;
}
