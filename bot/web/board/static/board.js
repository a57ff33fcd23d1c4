// The pages work without this: it filters as one types, tells a deadline in the reader's own time, and copies a link.
"use strict";

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
  const words = given.get("q").toLocaleLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const entry of results.querySelectorAll(":scope > .entries > .entry")) {
    const text = `${entry.textContent} ${entry.dataset.tags}`.toLocaleLowerCase();
    const fits = (name, values) => !given.get(name) || values.includes(given.get(name));
    entry.hidden = !(
      words.every((word) => text.includes(word)) &&
      fits("role", entry.dataset.roles.split(" ")) &&
      fits("place", [entry.dataset.place]) &&
      fits("tag", entry.dataset.tags.split("\n"))
    );
    count += !entry.hidden;
  }
  results.querySelector(".count").textContent =
    count === 1 ? form.dataset.one : form.dataset.many.replace("1234", String(count));
  document.getElementById("none").hidden = count > 0;
}

function tellTime() {
  const left = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
  for (const entry of results.querySelectorAll("[data-closes]")) {
    const at = new Date(entry.querySelector("time").dateTime);
    const days = Math.floor((at - Date.now()) / 86400000);
    const mark = document.createElement("span");
    if (at < Date.now()) {
      entry.classList.add("over");
      mark.className = "mark";
      mark.textContent = form.dataset.passed;
      entry.querySelector("h2").append(" ", mark);
    } else if (days >= 1) {
      mark.className = days < 7 ? "left near" : "left";
      mark.textContent = left.format(days, "day");
      entry.querySelector(".until").append(" ", mark);
    }
  }
}

if (form && results && "file" in form.dataset) {
  form.hidden = false;
  form.querySelector("button").hidden = true;
  form.addEventListener("input", filterHere);
  form.addEventListener("submit", (what) => what.preventDefault());
  tellTime();
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
if (yours && deadline) {
  const own = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "long", day: "numeric", month: "long", year: "numeric",
    hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
  });
  yours.textContent = `${yours.dataset.label} ${own.format(new Date(deadline.dateTime))}`;
}

const copy = document.querySelector(".copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copy.dataset.address);
    copy.textContent = copy.dataset.done;
  });
}
