// Keeps what stands on the screen honest (ages, deadlines, word from the server) and hides it on two Escapes.
// Every page can be used without this file.
"use strict";
(() => {
  const body = document.body;
  const language = document.documentElement.lang;
  const STALE_MS = 15000;
  // The computer's clock may be wrong; the server's is the one that counts.
  const skew = Date.parse(body.dataset.now) - Date.now();
  let lastWord = Date.now();
  const now = () => Date.now() + skew;

  const inUnit = (number, unit) =>
    new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(number);

  const stretch = (ms) => {
    const s = Math.max(Math.floor(ms / 1000), 0);
    if (s < 60) return inUnit(s, "second");
    if (s < 3600) return inUnit(Math.floor(s / 60), "minute");
    if (s < 172800) return inUnit(Math.floor(s / 3600), "hour");
    return inUnit(Math.floor(s / 86400), "day");
  };

  const write = (element, words) => {
    if (element.textContent !== words) element.textContent = words;
  };

  const tick = () => {
    for (const time of document.querySelectorAll("time[data-age]")) {
      write(time, stretch(now() - Date.parse(time.dateTime)));
    }
    for (const time of document.querySelectorAll("time[data-left]")) {
      const left = Date.parse(time.dateTime) - now();
      time.classList.toggle("late", left < 0);
      write(time, (left < 0 ? body.dataset.late : body.dataset.left).replace("…", stretch(Math.abs(left))));
    }
    const pulse = document.getElementById("pulse");
    if (!pulse) return;
    const silent = Date.now() - lastWord;
    const cut = silent > STALE_MS;
    body.classList.toggle("cut", cut);
    const fresh = silent < 5500 ? body.dataset.connected : body.dataset.ago.replace("…", stretch(silent));
    write(pulse, cut ? body.dataset.cut : fresh);
  };

  document.addEventListener("htmx:after:request", (event) => {
    const response = event.detail?.ctx?.response;
    if (!response) return;
    if (response.status === 401) document.getElementById("ended").hidden = false;
    if (response.status >= 400) return;
    lastWord = Date.now();
    tick();
  });

  // The page's title counts the emergencies, as a tab in the background shows nothing else.
  document.addEventListener("htmx:after:swap", () => {
    if (document.getElementById("queue")) {
      const calling = document.getElementById("calling");
      document.title = (calling ? `(${calling.dataset.count}) ` : "") + document.title.replace(/^\(\d+\) /, "");
    }
    tick();
  });

  // One press is one order: the button says that it is on its way and takes no second press.
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button || event.defaultPrevented) return;
    button.setAttribute("aria-busy", "true");
    setTimeout(() => { button.disabled = true; }, 0);
    setTimeout(() => { button.disabled = false; button.removeAttribute("aria-busy"); }, 8000);
  });

  const blank = document.getElementById("blank");
  let lastEscape = -Infinity;
  const cover = (on) => {
    blank.hidden = !on;
    body.classList.toggle("blanked", on);
  };
  document.addEventListener("keydown", (event) => {
    if (!blank.hidden) {
      event.preventDefault();
      cover(false);
      return;
    }
    if (event.key !== "Escape") return;
    const at = event.timeStamp;
    cover(at - lastEscape < 800);
    lastEscape = at;
  });
  blank.addEventListener("pointerdown", () => cover(false));
  for (const button of document.querySelectorAll("[data-blank]")) {
    button.addEventListener("click", () => { button.blur(); cover(true); });
  }

  for (const button of document.querySelectorAll("[data-show]")) {
    const field = document.getElementById(button.dataset.show);
    button.hidden = false;
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
    });
  }

  tick();
  setInterval(tick, 2000);
})();
