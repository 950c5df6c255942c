/** Every word the panel shows or speaks. One place, so that translation has one place to begin. */
export const strings = {
  app: "Cairn",
  tagline: "A Claude coding assistant that remembers what worked.",

  header: { history: "History", newChat: "New chat", backToChat: "Back to chat" },

  start: {
    failed: "The panel could not be opened.",
    chatFailed: "This chat could not be read.",
    again: "Try again",
  },

  demo: {
    tag: "Demo model",
    about: "Scripted answers from this machine",
    leave: "Leave demo",
  },

  empty: {
    title: "What are you working on?",
    context: "The file in front of you, or your selection in it, goes along with each question. The chip above the message box shows it; its × leaves it out.",
    examplesLabel: "Example questions",
    examples: [
      "Explain what this code does, step by step",
      "Find a bug in this file and show the fix",
      "Write tests for the selected function",
      "How could this be simpler?",
    ],
    noKeyTitle: "Ask Claude about your code",
    noKey: "Cairn talks to Claude with your own Anthropic API key. It is kept in the editor's secret storage and nowhere else.",
    demoHint: "No key at hand? The demo model answers from this machine, about a sample project.",
  },

  connection: {
    label: "Connection",
    setKey: "Set API key",
    tryDemo: "Try the demo model",
    environmentOffer: "There is a key in ANTHROPIC_API_KEY.",
    useEnvironment: "Use the key from ANTHROPIC_API_KEY",
    declineEnvironment: "Not now",
    noKey: "No API key is set.",
    rejected: "The API key was rejected.",
    offline: "Claude cannot be reached.",
  },

  conversation: {
    label: "Conversation",
    you: "You",
    claude: "Claude",
    retry: "Retry",
    retryHeading: "Retry",
    attached: "Attached",
    beginningOnly: (characters: string) => `Only the beginning was sent; the whole has ${characters} characters`,
    cut: "beginning only",
    thinking: "Thinking",
    waiting: "Waiting for Claude",
    answering: "Answering",
    stopped: "Stopped",
    cutShort: "The answer reached its length limit. Ask Claude to continue.",
    noText: "Claude answered without text.",
    interrupted: "Interrupted",
    interruptedDetail: "The editor closed or reloaded while Claude was answering. What had arrived is kept.",
    failed: "The answer failed.",
    request: (id: string) => `Request ${id}`,
    showLog: "Show log",
    copyAnswer: "Copy answer",
    jump: "Jump to latest",
  },

  announce: {
    answered: (text: string) => `Claude answered: ${text}`,
    answeredNothing: "Claude answered without text",
    stopped: "Answer stopped",
    interrupted: "Answer interrupted",
    codeBlock: "Code block.",
    table: "Table.",
  },

  composer: {
    label: "Message Claude",
    placeholder: "Ask about your code",
    send: "Send message",
    stop: "Stop",
    model: "Model",
    context: "Sent with your message",
    removeContext: (name: string) => `Remove ${name}`,
    empty: "Write a message first.",
    stillAnswering: "Claude is still answering. Stop it first, or wait for the end.",
    noKey: "Set an API key before you send. Your message stays here.",
  },

  code: { copy: "Copy code", copied: "Copied", copyFailed: "Could not copy", plain: "text", label: (language: string) => `Code, ${language}` },
  table: "Table",
  task: { done: "Done", open: "Not done" },

  history: {
    title: "History",
    list: "Chats",
    empty: "No chats yet",
    emptyHint: "What you ask Claude is kept here.",
    untitled: "Untitled chat",
    turns: (count: number) => (count === 1 ? "1 question" : `${count} questions`),
    delete: (title: string) => `Delete ${title}`,
    deleted: "Chat deleted.",
    undo: "Undo",
    failed: "The list of chats could not be read.",
  },
} as const;
