/** The names that package.json contributes; a unit test holds both sides equal. */
export const commandIds = [
  "cairn.openChat",
  "cairn.newChat",
  "cairn.showHistory",
  "cairn.emptyTrash",
  "cairn.deleteEverything",
  "cairn.exportChat",
  "cairn.exportAllChats",
  "cairn.importChats",
  "cairn.showUsage",
  "cairn.showStorage",
  "cairn.verifyStorage",
  "cairn.browseStorage",
  "cairn.setApiKey",
  "cairn.checkApiKey",
  "cairn.deleteApiKey",
  "cairn.setHeaderSecret",
  "cairn.showLog",
] as const;
export type CommandId = (typeof commandIds)[number];

export const settingDefaults = {
  "cairn.model": "claude-sonnet-5-5",
  "cairn.baseUrl": "",
  "cairn.headers": {},
  "cairn.idleTimeoutSeconds": 90,
  "cairn.demoModel": false,
  "cairn.retentionDays": 0,
} as const;
export type SettingId = keyof typeof settingDefaults;

export const CHAT_VIEW_ID = "cairn.chat";
/** The type of the webviews that show a chat in an editor tab. */
export const CHAT_TAB_TYPE = "cairn.chatTab";
