"use strict";
// Only adds to what works without: says that an answer is being tried, looks for the channel by itself, and names
// the reader's own time zone where the computer has none.
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

for (const form of document.forms) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    const busy = form.querySelector("[data-busy]");
    busy.textContent = busy.dataset.busy;
  });
}
addEventListener("pageshow", () => {
  for (const form of document.forms) {
    delete form.dataset.sent;
    form.querySelector("[data-busy]").textContent = "";
  }
});

const zone = document.querySelector("input[name=timezone]");
if (zone && /^(Etc\/)?UTC$/.test(zone.value)) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

const waits = document.querySelector("[data-found]");
const lookOut = async () => {
  for (;;) {
    try {
      const answer = await fetch("/channels", { cache: "no-store" });
      if (!answer.ok) return;
      if ((await answer.json()).found) break;
    } catch {
      await pause(3000);
    }
  }
  const isTyping = document.querySelector("input[name$='.other']").value;
  if (isTyping) waits.textContent = waits.dataset.found;
  else location.reload();
};
if (waits) lookOut();
