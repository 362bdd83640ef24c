// A language in, the words of a conversation's frame out. The bot's own words come from the bot.

/** By the language's tag; the first serves whoever speaks none of them. A further language is one more entry. */
const WORDS = {
en: {
  write: "Write a message", send: "Send", attach: "Attach a file", commands: "Commands", close: "Close",
  back: "Back to the seats", reply: "Reply", edit: "Edit", remove: "Delete", edited: "edited",
  typing: "is typing", sending: "is sending a file", today: "Today", yesterday: "Yesterday", start: "Start",
  tryThese: "Try one of these", newest: "To the newest message", block: "Block the bot", unblock: "Unblock the bot",
  blocked: "You have blocked the bot. It cannot write to you.", more: "More", as: "Speaking as",
  replyTo: "Reply to", editing: "Editing", drop: "Drop the file to send it", asPhoto: "Send as a picture",
  caption: "Add a caption", menuHelp: "Enter sends, Tab writes it down", none: "No such command",
  showAll: "Show all", showLess: "Show less", deleted: "A deleted message", photo: "Picture", file: "File",
  download: "Download", silent: "No answer came to this button.", copied: "Copied", openBeside: "Open beside",
  out: "The bot is not in this group.", reveal: "Show what is hidden", gone: "This message is not here any more.",
},
zh: {
  write: "输入消息", send: "发送", attach: "添加文件", commands: "命令", close: "关闭",
  back: "返回座位列表", reply: "回复", edit: "编辑", remove: "删除", edited: "已编辑",
  typing: "正在输入", sending: "正在发送文件", today: "今天", yesterday: "昨天", start: "开始",
  tryThese: "试试这些问题", newest: "跳到最新消息", block: "屏蔽机器人", unblock: "解除屏蔽",
  blocked: "您已屏蔽机器人，它无法给您发消息。", more: "更多", as: "发言人",
  replyTo: "回复", editing: "正在编辑", drop: "松开以发送文件", asPhoto: "以图片发送",
  caption: "添加说明", menuHelp: "回车发送，Tab 填入", none: "没有这个命令",
  showAll: "展开", showLess: "收起", deleted: "已删除的消息", photo: "图片", file: "文件",
  download: "下载", silent: "按钮没有得到回应。", copied: "已复制", openBeside: "并排打开",
  out: "机器人不在这个群里。", reveal: "显示隐藏的内容", gone: "这条消息已不在这里。",
},
};

export function words(language) {
  return WORDS[(language ?? "").toLowerCase().split(/[-_]/)[0]] ?? WORDS.en;
}

const formats = new Map();

function format(language, name, options) {
  const key = `${language} ${name}`;
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language || "en", options));
  return formats.get(key);
}

/** Hours and minutes of a time in Unix seconds. */
export function timeOf(seconds, language) {
  return format(language, "time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(seconds * 1000);
}

/** The time of today, the day of earlier times, in few letters. */
export function momentOf(seconds, language) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  return seconds * 1000 >= midnight ? timeOf(seconds, language) : format(language, "short", { day: "numeric", month: "short" }).format(seconds * 1000);
}

/** The day of a time: today, yesterday, or its date. */
export function dayOf(seconds, language) {
  const day = new Date(seconds * 1000);
  const midnight = new Date();
  midnight.setHours(0, 0, 0, 0);
  const w = words(language);
  if (day >= midnight) return w.today;
  midnight.setDate(midnight.getDate() - 1);
  if (day >= midnight) return w.yesterday;
  return format(language, "day", { day: "numeric", month: "long", year: "numeric" }).format(day);
}

/** A file's size as people write it. */
export function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
