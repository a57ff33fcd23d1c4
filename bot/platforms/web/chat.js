"use strict";
// All that comes from the bot is put on the page as text: nothing here makes markup of it.

// By language, as the page has them; the first is for all whose own is not there.
const words = JSON.parse(document.getElementById("words").textContent);
const languages = navigator.languages.map((name) => name.toLowerCase().split("-")[0]);
const language = languages.find((name) => Object.hasOwn(words, name)) || Object.keys(words)[0];
const say = words[language];
const path = document.body.dataset.path;
const at = (id) => document.getElementById(id);
const moment = new Intl.DateTimeFormat(navigator.language, {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit",
  timeZoneName: "short",
});
const clock = new Intl.DateTimeFormat(navigator.language, {
  day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
});

function make(tag, text, name) {
  const found = document.createElement(tag);
  if (text) found.textContent = text;
  if (name) found.className = name;
  return found;
}

function link(url, text) {
  const found = make("a", text);
  if (/^(https?:\/\/|mailto:)/i.test(url)) {
    found.href = url;
    found.rel = "noopener noreferrer";
    found.target = "_blank";
  }
  return found;
}

// --- Messages

const INDENT = /^ {3}/;
const TAGS = { bold: "strong", italic: "em", strike: "s", code: "code" };

function drawSpan(span) {
  let found;
  if (span.instant) {
    found = make("time", moment.format(new Date(span.instant)));
    found.dateTime = span.instant;
    found.title = span.text;
  } else {
    found = span.url ? link(span.url, span.text) : make("span", span.text);
  }
  for (const style of span.styles || []) {
    const around = make(TAGS[style]);
    around.append(found);
    found = around;
  }
  return found;
}

// Whether the reader's clock shows then what the posting's shows, which stands above already.
function isOwnClock(instant) {
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(instant) || ["", "+", 0, 0];
  return Number(`${sign}${Number(hours) * 60 + Number(minutes)}`) === -new Date(instant).getTimezoneOffset();
}

function drawMessage(message) {
  const body = make("div", "", "body");
  let quote = null;
  for (const line of message.lines) {
    if (line.spans.some((span) => span.instant && isOwnClock(span.instant))) continue;
    const [first, ...others] = line.spans;
    const isUnder = !["item", "quote"].includes(line.kind) && first && INDENT.test(first.text); // what stands below an item, beside its text
    const drawn = make("p", "", line.kind === "item" ? "item" : isUnder ? "under" : "");
    const spans = isUnder ? [{ ...first, text: first.text.replace(INDENT, "") }, ...others] : line.spans;
    drawn.append(...spans.filter((span) => span.text).map(drawSpan));
    if (!line.spans.length) drawn.className = "blank";
    if (line.kind === "quote") {
      if (!quote) body.append((quote = make("blockquote")));
      quote.append(drawn);
    } else {
      quote = null;
      body.append(drawn);
    }
  }
  for (const row of message.buttons || []) {
    const drawn = make("div", "", "buttons");
    for (const button of row) {
      if (button.url) {
        const found = link(button.url, button.label);
        found.className = "button";
        drawn.append(found);
      } else {
        const found = make("button", button.label);
        found.type = "button";
        found.addEventListener("click", () => ask({ request: button.request }, button.label, found));
        drawn.append(found);
      }
    }
    body.append(drawn);
  }
  if (message.document) body.append(drawDocument(message.document));
  return body;
}

function drawDocument({ name, type, text }) {
  const found = make("a", `📎 ${name}`, "button");
  found.href = URL.createObjectURL(new Blob([text], { type }));
  found.download = name;
  return found;
}

function drawPost(post) {
  const found = make("article", "", "post");
  found.id = `post-${post.id}`;
  if (post.answers) found.append(make("p", `↪ ${say.reply}`, "reply"));
  found.append(drawMessage(post));
  const when = make("time", clock.format(new Date(post.at)));
  when.dateTime = post.at;
  const foot = make("p", "", "foot");
  foot.append(when);
  if (post.edited_at) foot.append(` · ${say.edited} ${clock.format(new Date(post.edited_at))}`);
  found.append(foot);
  return found;
}

// --- The channel

const posts = new Map();
let shown = "";

function isAtEnd(log) {
  return log.scrollHeight - log.scrollTop - log.clientHeight < 60;
}

function toEnd(log) {
  log.scrollTop = log.scrollHeight;
}

function drawChannel() {
  const log = at("posts");
  at("channel-name").textContent = shown ? `# ${shown}` : say.channel;
  const mine = [...posts.values()].filter((post) => post.channel === shown);
  log.replaceChildren(...(mine.length ? mine.map(drawPost) : [make("p", say.quiet, "empty")]));
  toEnd(log);
}

function begin(all) {
  posts.clear();
  for (const post of all.posts) posts.set(post.id, post);
  if (!all.channels.includes(shown)) shown = all.channels[0] || "";
  at("channels").replaceChildren(...all.channels.map((name) => {
    const option = make("option", name);
    option.value = name;
    option.selected = name === shown;
    return option;
  }));
  at("choose").hidden = all.channels.length < 2;
  drawChannel();
}

function change(what) {
  const log = at("posts");
  if (what.posts) {
    begin(what);
  } else if (what.delete) {
    posts.delete(what.delete);
    at(`post-${what.delete}`)?.remove();
  } else if (what.post) {
    const post = what.post;
    const isNew = !posts.has(post.id);
    posts.set(post.id, post);
    if (post.channel !== shown) return;
    const follow = isAtEnd(log);
    const before = at(`post-${post.id}`);
    if (before) before.replaceWith(drawPost(post));
    else log.append(drawPost(post));
    log.querySelector(".empty")?.remove();
    if (isNew && follow) toEnd(log);
  }
}

function connect() {
  const stream = new EventSource(`${path}/stream`);
  stream.onopen = () => (at("state").textContent = "");
  stream.onmessage = (message) => change(JSON.parse(message.data));
  stream.onerror = () => {
    at("state").textContent = say.away;
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
}

// --- The direct chat

function addTurn(name, who, ...inside) {
  const turn = make("article", "", `turn ${name}`);
  turn.append(make("p", who, "who"), ...inside);
  at("talk").append(turn);
  return turn;
}

// By it the bot knows what "the second one" speaks of, as long as this page is open.
const conversation = crypto.getRandomValues(new Uint32Array(4)).join("-");

async function ask(what, shownAs, pressed) {
  addTurn("mine", say.you, make("p", shownAs));
  if (pressed) show("direct");
  const turn = addTurn("theirs", say.bot, make("p", "…"));
  toEnd(at("talk"));
  let drawn;
  try {
    const answer = await fetch(`${path}/ask`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...what, language: navigator.language, conversation }),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    drawn = drawMessage(await answer.json());
  } catch {
    drawn = make("p", say.failed, "failed");
  }
  turn.lastChild.replaceWith(drawn);
  at("talk").scrollTop = turn.offsetTop - at("talk").offsetTop - 12;
}

function greet() {
  const row = make("div", "", "buttons");
  for (const [label, text] of Object.entries(say.first)) {
    const found = make("button", label);
    found.type = "button";
    found.addEventListener("click", () => ask({ text }, label));
    row.append(found);
  }
  addTurn("theirs", say.bot, make("p", say.hello), row);
}

// --- A narrow window shows one of the two

function show(which) {
  document.body.dataset.shows = which;
  at("show-channel").setAttribute("aria-pressed", String(which === "channel"));
  at("show-direct").setAttribute("aria-pressed", String(which === "direct"));
}

document.documentElement.lang = language;
for (const labelled of document.querySelectorAll("[data-label]")) labelled.textContent = say[labelled.dataset.label];
at("text").placeholder = say.example;
at("show-channel").addEventListener("click", () => show("channel"));
at("show-direct").addEventListener("click", () => { show("direct"); at("text").focus(); });
at("channels").addEventListener("change", (event) => { shown = event.target.value; drawChannel(); });
at("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("text").value.trim();
  if (!text) return;
  at("text").value = "";
  ask({ text }, text);
});
show("channel");
greet();
connect();
