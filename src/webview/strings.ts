import { grouped, t } from "../core/base/l10n";

/** Every word the panel shows or speaks, in the editor's language. One place, so that no sentence stands in a view. */
export const strings = createStrings();

export function createStrings() {
  return {
    app: "Cairn",
    tagline: t("A Claude coding assistant that remembers what worked."),

    header: { history: t("History"), newChat: t("New chat"), backToChat: t("Back to chat"), rename: t("Rename chat"), chatTitle: t("Chat title"), duplicate: t("Duplicate chat"), openInTab: t("Open in editor") },

    cost: {
      sum: (dollars: string, asOf: string) => t("This chat cost {0} (prices of {1})", dollars, asOf),
      someUnknown: (count: number) => (count === 1 ? t("price unknown for 1 answer") : t("price unknown for {0} answers", count)),
      unknown: t("Price unknown"),
    },

    start: {
      failed: t("The panel could not be opened."),
      chatFailed: t("This chat could not be read."),
      again: t("Try again"),
    },

    demo: {
      tag: t("Demo model"),
      about: t("Scripted answers from this machine"),
      leave: t("Leave demo"),
    },

    empty: {
      title: t("What are you working on?"),
      context: t("The file in front of you, or your selection in it, goes along with each question. The chip above the message box shows it; its × leaves it out."),
      examplesLabel: t("Example questions"),
      examples: [
        t("Explain what this code does, step by step"),
        t("Find a bug in this file and show the fix"),
        t("Write tests for the selected function"),
        t("How could this be simpler?"),
      ],
      noKeyTitle: t("Ask Claude about your code"),
      noKey: t("Cairn talks to Claude with your own Anthropic API key. It is kept in the editor's secret storage and nowhere else."),
      demoHint: t("No key at hand? The demo model answers from this machine, about a sample project."),
    },

    connection: {
      label: t("Connection"),
      setKey: t("Set API key"),
      tryDemo: t("Try the demo model"),
      environmentOffer: t("There is a key in ANTHROPIC_API_KEY."),
      useEnvironment: t("Use the key from ANTHROPIC_API_KEY"),
      declineEnvironment: t("Not now"),
      noKey: t("No API key is set."),
      rejected: t("The API key was rejected."),
      offline: t("Claude cannot be reached."),
    },

    unsaved: {
      label: t("Not saved"),
      about: (reason: string) => t("Not saved yet: {0}. What is said here is kept in memory, and written as soon as it can be.", reason),
      saveNow: t("Try now"),
    },

    elsewhere: {
      label: t("Another window"),
      about: t("This chat is open in another window. You can read along here."),
      continueHere: t("Continue here"),
      refused: t("This chat is open in another window. Choose “Continue here” first. Your message stays here."),
    },

    conversation: {
      label: t("Conversation"),
      you: t("You"),
      claude: t("Claude"),
      retry: t("Retry"),
      retryHeading: t("Retry"),
      attached: t("Attached"),
      beginningOnly: (characters: string) => t("Only the beginning was sent; the whole has {0} characters", characters),
      cut: t("beginning only"),
      thinking: t("Thinking"),
      thinkingNow: t("Thinking…"),
      thought: t("Thought"),
      thoughtFor: (duration: string) => t("Thought for {0}", duration),
      seconds: (seconds: number) => t("{0} s", seconds),
      minutes: (minutes: number, seconds: number) => (seconds === 0 ? t("{0} min", minutes) : t("{0} min {1} s", minutes, seconds)),
      tryingAgainIn: (reason: string, seconds: number) => t("{0} Trying again in {1} s", reason, seconds),
      tryingAgain: (reason: string) => t("{0} Trying again", reason),
      waiting: t("Waiting for Claude"),
      answering: t("Answering"),
      using: (tool: string) => t("Using {0}", tool),
      stopped: t("Stopped"),
      cutShort: t("The answer reached its length limit."),
      noText: t("Claude answered without text."),
      interrupted: t("Interrupted"),
      interruptedDetail: t("The editor closed or reloaded while Claude was answering. What had arrived is kept."),
      failed: t("The answer failed."),
      request: (id: string) => t("Request {0}", id),
      showLog: t("Show log"),
      copyAnswer: t("Copy answer"),
      copyQuestion: t("Copy question"),
      continue: t("Continue"),
      continueInNew: t("Continue in a new chat"),
      jump: t("Jump to latest"),
      /** Sent as a question when the person asks for the rest of an answer. */
      continueText: t("Continue."),
    },

    tool: {
      input: t("Input"),
      output: t("Output"),
      running: t("running"),
      ok: t("done"),
      error: t("failed"),
      denied: t("not allowed"),
      cancelled: t("cancelled"),
      brokenOff: t("broken off"),
      moreCharacters: (count: number) => t("… and {0} more characters", grouped(count)),
    },

    notice: { info: t("Note:"), warning: t("Warning:"), error: t("Error:") },

    usage: {
      input: (tokens: string) => t("{0} in", tokens),
      cacheRead: (tokens: string) => t("{0} cache read", tokens),
      cacheWrite: (tokens: string) => t("{0} cache write", tokens),
      output: (tokens: string) => t("{0} out", tokens),
      priceUnknown: t("price unknown"),
      /** The same in whole words, for a tooltip and to be spoken. */
      inputWords: (tokens: string) => t("{0} input tokens", tokens),
      cacheReadWords: (tokens: string) => t("{0} tokens read from the cache", tokens),
      cacheWriteWords: (tokens: string) => t("{0} tokens written to the cache", tokens),
      outputWords: (tokens: string) => t("{0} output tokens", tokens),
      costWords: (cost: string, pricesAsOf: string) => t("cost {0} at the prices of {1}", cost, pricesAsOf),
      unknownWords: (model: string) => t("the price of {0} is unknown", model),
    },

    announce: {
      answered: (text: string) => t("Claude answered: {0}", text),
      answeredNothing: t("Claude answered without text"),
      waiting: (reason: string, seconds: number) => t("{0} Trying again in {1} seconds.", reason, seconds),
      stopped: t("Answer stopped"),
      interrupted: t("Answer interrupted"),
      restored: t("Chat restored."),
      codeBlock: t("Code block."),
      table: t("Table."),
    },

    composer: {
      label: t("Message Claude"),
      placeholder: t("Ask about your code"),
      send: t("Send message"),
      stop: t("Stop"),
      model: t("Model"),
      context: t("Sent with your message"),
      removeContext: (name: string) => t("Remove {0}", name),
      empty: t("Write a message first."),
      stillAnswering: t("Claude is still answering. Stop it first, or wait for the end."),
      noKey: t("Set an API key before you send. Your message stays here."),
      tooLong: (count: number, limit: number) => t("The message has {0} characters; the limit is {1}. Shorten it, or send it in parts.", grouped(count), grouped(limit)),
      length: (count: number, limit: number) => t("{0} / {1} characters", grouped(count), grouped(limit)),
      effort: t("Effort"),
      defaultEffort: t("Default effort"),
      retires: (model: string, date: string) => t("{0} (retires {1})", model, date),
      deprecated: (model: string) => t("{0} (deprecated)", model),
    },

    code: { copy: t("Copy"), insert: t("Insert at cursor"), newFile: t("New file"), copied: t("Copied"), copyFailed: t("Could not copy"), plain: t("text"), label: (language: string) => t("Code, {0}", language) },
    table: t("Table"),
    task: { done: t("Done"), open: t("Not done") },

    history: {
      title: t("History"),
      list: t("Chats"),
      empty: t("No chats yet"),
      emptyHint: t("What you ask Claude is kept here."),
      untitled: t("Untitled chat"),
      turns: (count: number) => (count === 1 ? t("1 question") : t("{0} questions", count)),
      delete: (title: string) => t("Delete {0}", title),
      rename: (title: string) => t("Rename {0}", title),
      duplicate: (title: string) => t("Duplicate {0}", title),
      running: t("Answering"),
      justNow: t("just now"),
      deleted: t("Chat deleted."),
      undo: t("Undo"),
      failed: t("The list of chats could not be read."),
    },
  } as const;
}
