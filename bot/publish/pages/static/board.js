// The pages work without this: it filters as one types, tells a deadline in the reader's own time, and copies a link.
"use strict";

// A page that may lie on a disk names it twice, from its host's root and from where it lies: the second time is none.
if (!window.isCallboard) {
window.isCallboard = true;

const form = document.querySelector("form[role=search]");
const results = document.getElementById("results");
let asked = null;
let waiting = 0;

async function show(address, isStep) {
  asked?.abort();
  const mine = (asked = new AbortController());
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { signal: mine.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = page.getElementById("results");
    if (!found) throw new Error("no results");
    results.replaceChildren(...found.childNodes);
    for (const which of ["footer nav", "title"]) document.querySelector(which).replaceWith(page.querySelector(which));
    const feeds = page.querySelectorAll("link[rel=alternate]");
    document.querySelectorAll("link[rel=alternate]").forEach((link, place) => link.replaceWith(feeds[place]));
    offerCopies();
    history[isStep ? "pushState" : "replaceState"](null, "", address);
    results.removeAttribute("aria-busy");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(address);
  }
}

function wanted() {
  const given = new URLSearchParams(new FormData(form));
  for (const [name, value] of [...given]) if (!value) given.delete(name);
  const text = given.toString();
  return form.action + (text ? "?" + text : "");
}

// In a page that was written to a file all is there already: it is filtered here, and what has passed since is told.
function filterHere() {
  const given = new FormData(form);
  // -phd and !phd are left out; a sign by itself says nothing.
  const sign = /^[-!\u2010-\u2015\u2212]+/;
  const words = given.get("q").toLocaleLowerCase().split(/\s+/).filter((word) => word.replace(sign, ""));
  let count = 0;
  for (const entry of results.querySelectorAll(":scope > .entries > .entry")) {
    const text = `${entry.textContent} ${entry.dataset.tags}`.toLocaleLowerCase();
    const fits = (name, values) => !given.get(name) || values.includes(given.get(name));
    entry.hidden = !(
      words.every((word) => text.includes(word.replace(sign, "")) !== sign.test(word)) &&
      fits("role", entry.dataset.roles.split(" ")) &&
      fits("place", entry.dataset.place.split("\n")) &&
      fits("tag", entry.dataset.tags.split("\n"))
    );
    count += !entry.hidden;
  }
  results.querySelector(".count").textContent =
    count === 1 ? form.dataset.one : form.dataset.many.replace("1234", String(count));
  document.getElementById("none").hidden = count > 0;
  document.getElementById("words").hidden = words.length === 0;
}

// How much time is left, in the words in which the bot says it: days as the calendar counts them, or what is left of one.
function timeLeft(at) {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: telling.timezone, year: "numeric", month: "2-digit", day: "2-digit" });
  const days = Math.round((Date.parse(day.format(at)) - Date.parse(day.format(Date.now()))) / 86400000);
  const minutes = Math.max(1, Math.round((at - Date.now()) / 60000));
  const [unit, count] =
    days && minutes >= 1440 ? ["day", days] : minutes < 120 ? ["minute", minutes] : ["hour", Math.round(minutes / 60)];
  return telling[unit][count === 1 ? 0 : 1].replace("{n}", String(count));
}

function tellTime(entry) {
  const at = new Date(entry.querySelector("time").dateTime);
  const mark = document.createElement("span");
  if (at < Date.now()) {
    entry.classList.add("over");
    mark.className = "mark";
    mark.textContent = telling.passed;
    (entry.querySelector("h2") ?? entry.querySelector(".until")).append(" ", mark);
  } else {
    mark.className = at - Date.now() < 7 * 86400000 ? "left near" : "left";
    mark.textContent = timeLeft(at);
    entry.querySelector(".until").append(" ", mark);
  }
}

// On a disk nobody turns an address that begins with a slash, or names a folder, into a file.
function leadToFiles() {
  const { root, up } = document.body.dataset;
  for (const link of document.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href");
    if (!href.startsWith(`${root}/`)) continue;
    const path = href.slice(root.length + 1);
    const isFolder = !/\.\w+$/.test(path);
    link.href = up + (isFolder ? `${path}${path && "/"}index.html` : path);
  }
}

const telling = JSON.parse(document.body.dataset.telling ?? "null");
if (telling) {
  document.querySelectorAll("[data-closes]").forEach(tellTime);
  if (location.protocol === "file:" && "up" in document.body.dataset) leadToFiles();
}

const fold = document.querySelector("form details");
if (fold) {
  const narrow = matchMedia("(max-width: 32rem)");
  const isChosen = [...fold.querySelectorAll("select")].some((one) => one.value);
  const set = () => (fold.open = !narrow.matches || isChosen);
  narrow.addEventListener("change", set);
  set();
}

if (form && results && telling) {
  form.hidden = false;
  form.querySelector("button").hidden = true;
  form.addEventListener("input", filterHere);
  form.addEventListener("submit", (what) => what.preventDefault());
} else if (form && results) {
  form.querySelector("button").hidden = true;
  form.addEventListener("input", (what) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show(wanted(), false), what.target.type === "search" ? 120 : 0);
  });
  form.addEventListener("submit", (what) => {
    what.preventDefault();
    clearTimeout(waiting);
    show(wanted(), false);
  });
  addEventListener("popstate", () => location.reload());
}

const yours = document.querySelector(".yours");
const deadline = document.querySelector(".deadline time");
const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(deadline ? deadline.dateTime : "") || ["", "+", 0, 0];
const offset = Number(`${sign}${Number(hours) * 60 + Number(minutes)}`); // where the reader's is the same, all is said already
if (yours && deadline && offset !== -new Date(deadline.dateTime).getTimezoneOffset()) {
  const own = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "long", day: "numeric", month: "long", year: "numeric",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
  });
  yours.textContent = `${yours.dataset.label} ${own.format(new Date(deadline.dateTime))}`;
}

function offerCopies() {
  if (!navigator.clipboard) return;
  for (const copy of document.querySelectorAll(".copy[hidden]")) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(copy.dataset.address);
      copy.textContent = copy.dataset.done;
    });
  }
}
offerCopies();
}
