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

if (form && results) {
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
