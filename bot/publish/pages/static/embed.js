// <callboard-positions src="https://jobs.lab.example" q="phd">: what is open, in the look of the page in which it stands.
"use strict";

const script = document.currentScript;
const home = script ? new URL(".", script.src).href : location.href;

class Positions extends HTMLElement {
  static observedAttributes = ["src", "q"];

  connectedCallback() {
    // Until the positions are there, and if they cannot be had, what stands between the tags is shown.
    if (!this.shadowRoot) this.attachShadow({ mode: "open" }).append(document.createElement("slot"));
    this.load();
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.load();
  }

  async load() {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    const address = new URL("postings.json", (this.getAttribute("src") || home).replace(/\/*$/, "/"));
    address.searchParams.set("q", this.getAttribute("q") ?? "");
    let found;
    try {
      const answer = await fetch(address, { credentials: "omit" });
      if (!answer.ok) return;
      found = await answer.json();
    } catch {
      return;
    }
    if (turn === this.turn) this.show(found);
  }

  show(found) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(":host{display:block}ul{list-style:none;margin:0;padding:0}li{margin:0 0 1em}a{color:inherit}p{margin:0}");
    this.shadowRoot.adoptedStyleSheets = [sheet];
    const list = document.createElement("ul");
    list.setAttribute("part", "list");
    const stillOpen = found.postings.filter((one) => one.standing === "open");
    for (const one of stillOpen) {
      const item = document.createElement("li");
      item.dir = "auto"; // a title may run from right to left in a page that does not
      const title = document.createElement("a");
      const address = new URL(one.url);
      if (/^https?:$/.test(address.protocol)) title.href = address.href;
      title.textContent = one.heading;
      title.setAttribute("part", "title");
      item.append(title);
      for (const text of [[one.group, one.location].filter(Boolean).join(" · "), one.deadline?.text]) {
        if (!text) continue;
        const line = document.createElement("p");
        line.textContent = text;
        item.append(line);
      }
      list.append(item);
    }
    const empty = document.createElement("p");
    empty.textContent = found.when_empty;
    this.shadowRoot.replaceChildren(stillOpen.length ? list : empty);
  }
}

if (!customElements.get("callboard-positions")) customElements.define("callboard-positions", Positions);
