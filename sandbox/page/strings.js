// Every sentence of the page, in both languages, and the language that is chosen.

const STRINGS = {
  zh: {
    title: "本地沙箱", badge: "本机模拟，不是 Telegram", badgeHint: "这里的消息只在这台电脑上，不会发到 Telegram 或互联网。",
    switchLanguage: "English", switchLabel: "Switch the page to English", add: "打开对话", close: "关闭此列",
    offline: "与沙箱的连接断了，正在重连…", chat: "对话", person: "视角",
    private: "私聊", members: (n) => `${n} 位成员`, bot: "机器人", typing: "正在输入…", botAway: "机器人不在群里",
    placeholder: "写消息…", send: "发送", attach: "附件", commands: "命令菜单", keyboard: "快捷键盘", start: "开始",
    noCommands: "机器人还没有设置命令", photos: "照片或文件", samples: "示例照片", samplesHint: "没有照片也能试：现场画一张", location: "位置",
    sendPhotos: (n) => `发送 ${n} 张图片`, noPhotos: "请选择图片", asPhoto: "作为照片", asFile: "作为文件", caption: "添加说明…", addFiles: "选择文件",
    addSample: "加一张示例", remove: "移除", cancel: "取消", ok: "好", tooMany: "一次最多 10 张", sending: "正在发送…",
    sampleMark: "示例", mapTitle: "选择位置", mapView: "位置", mapHint: "点按地图放置图钉；方向键可微调。", mapSketch: "示意图，非行政边界",
    mapOutline: "区界轮廓（粗略）", latitude: "纬度", longitude: "经度", sendLocation: "发送此位置", zoomIn: "放大", zoomOut: "缩小", mapMissing: "地图草图没有载入，可直接填写经纬度。",
    edited: "已编辑", onlyYou: "仅您可见", reply: "回复", replyTo: (name) => `回复 ${name}`, cancelReply: "取消回复", deletedMessage: "消息",
    photo: "照片", document: "文件", openPhoto: "查看大图", previous: "上一张", next: "下一张", live: "实时位置", venue: "地点",
    sticker: "贴纸", voice: "语音消息", video: "视频", video_note: "视频留言", animation: "动图", audio: "音频", poll: "投票", dice: "骰子", game: "游戏", contact: "联系人", unsupported: "此类消息在沙箱中不显示",
    forwarded: (name) => `转发自 ${name}`, anonymous: "匿名管理员", joined: (names) => `${names} 加入了群`, left: (name) => `${name} 离开了群`, upgraded: "群已升级为超级群",
    created: "群已创建", renamed: (title) => `群名改为“${title}”`, pinned: "置顶了一条消息", notHere: "沙箱不打开这类按钮", copied: "已复制", failed: "没有成功：",
    noAnswer: "机器人没有回应", pick: "打开一个对话", pickHint: "每一列是一个人看到的一个对话。", newPerson: "添加一个人", name: "姓名", create: "添加",
    nobody: "还没有人", nobodyHint: "添加一个人，就能以他的身份和机器人说话。", emptyPrivate: "还没有消息。按“开始”和机器人打招呼。", emptyGroup: "还没有消息。",
    morning: "明早", morningHint: "时间走到明天早上：早报和排名会发到各群，约半分钟。",
    newMessages: "回到最新", unread: (n) => `${n} 条新消息`,
  },
  en: {
    title: "Local sandbox", badge: "Simulated here, not Telegram", badgeHint: "Messages stay on this computer; nothing goes to Telegram or the internet.",
    switchLanguage: "中文", switchLabel: "将页面切换为中文", add: "Open a chat", close: "Close this column",
    offline: "The connection to the sandbox is lost; reconnecting…", chat: "Chat", person: "Seen by",
    private: "private chat", members: (n) => `${n} members`, bot: "bot", typing: "typing…", botAway: "the bot is not in this group",
    placeholder: "Message…", send: "Send", attach: "Attach", commands: "Commands", keyboard: "Keyboard", start: "Start",
    noCommands: "The bot has set no commands yet", photos: "Photos or files", samples: "Sample photos", samplesHint: "No photo at hand? Draw one here", location: "Location",
    sendPhotos: (n) => (n === 1 ? "Send 1 picture" : `Send ${n} pictures`), noPhotos: "Choose pictures", asPhoto: "As photo", asFile: "As file", caption: "Add a caption…", addFiles: "Choose files",
    addSample: "Add a sample", remove: "Remove", cancel: "Cancel", ok: "OK", tooMany: "10 at most at a time", sending: "Sending…",
    sampleMark: "Sample", mapTitle: "Choose a location", mapView: "Location", mapHint: "Click the map to place the pin; arrow keys move it.", mapSketch: "sketch, not borders",
    mapOutline: "District outline (coarse)", latitude: "Latitude", longitude: "Longitude", sendLocation: "Send this location", zoomIn: "Zoom in", zoomOut: "Zoom out", mapMissing: "The map sketch did not load; type the coordinates instead.",
    edited: "edited", onlyYou: "Only you see this", reply: "Reply", replyTo: (name) => `Reply to ${name}`, cancelReply: "Cancel the reply", deletedMessage: "message",
    photo: "Photo", document: "File", openPhoto: "View the picture", previous: "Previous", next: "Next", live: "Live location", venue: "Place",
    sticker: "Sticker", voice: "Voice message", video: "Video", video_note: "Video message", animation: "Animation", audio: "Audio", poll: "Poll", dice: "Dice", game: "Game", contact: "Contact", unsupported: "The sandbox does not show this kind of message",
    forwarded: (name) => `Forwarded from ${name}`, anonymous: "Anonymous admin", joined: (names) => `${names} joined the group`, left: (name) => `${name} left the group`, upgraded: "The group became a supergroup",
    created: "The group was created", renamed: (title) => `The group is now called “${title}”`, pinned: "pinned a message", notHere: "The sandbox does not open this kind of button", copied: "Copied", failed: "That did not work: ",
    noAnswer: "The bot did not answer", pick: "Open a chat", pickHint: "Each column is one chat as one person sees it.", newPerson: "Add a person", name: "Name", create: "Add",
    nobody: "Nobody is here yet", nobodyHint: "Add a person to talk to the bot in their name.", emptyPrivate: "No messages yet. Press Start to greet the bot.", emptyGroup: "No messages yet.",
    morning: "Next morning", morningHint: "Moves the time on to tomorrow morning: digests and rankings come to the groups, in about half a minute.",
    newMessages: "To the newest", unread: (n) => `${n} new`,
  },
};

let chosen = localStorage.getItem("sandbox-language") === "en" ? "en" : "zh";

export function language() {
  return chosen;
}

export function switchLanguage() {
  chosen = chosen === "zh" ? "en" : "zh";
  localStorage.setItem("sandbox-language", chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-Hans" : "en";
}

/** The sentence for a key in the chosen language; an unknown key is a mistake and throws. */
export function t(key, ...values) {
  const entry = STRINGS[chosen][key];
  if (entry === undefined) throw new Error(`no string ${key}`);
  return typeof entry === "function" ? entry(...values) : entry;
}

// The office's zone: the bot's own texts carry local times, and the bubbles must agree with them.
const ZONE = "Asia/Shanghai";

function format(seconds, options) {
  const locale = chosen === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options }).format(new Date(seconds * 1000));
}

export function clock(seconds) {
  return format(seconds, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function day(seconds) {
  return format(seconds, { month: "long", day: "numeric" });
}

export function fullDate(seconds) {
  return format(seconds, { dateStyle: "medium", timeStyle: "medium", hourCycle: "h23" });
}

/** The names of the strings by language, so that a test can compare them. */
export function keysOfLanguages() {
  return Object.fromEntries(Object.entries(STRINGS).map(([name, strings]) => [name, Object.keys(strings).sort()]));
}
