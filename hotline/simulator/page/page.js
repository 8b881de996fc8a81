"use strict";
// Draws the phones from the carrier's state and sends what the person does. Text is only ever set as text.
const phones = new Map();
let state = null;
let language = "id";
const word = (name) => WORDS[language][name] ?? name;
const find = (root, selector) => root.querySelector(selector);

async function act(name, told) {
  const answer = await fetch(`/simulator/api/${name}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(told),
  });
  if (!answer.ok) {
    const wrong = await answer.json().catch(() => ({}));
    document.getElementById("link").textContent = `${word("refused")}: ${wrong.error ?? answer.status}`;
  }
}

function button(text, kind, run) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = kind;
  made.textContent = text;
  made.addEventListener("click", run);
  return made;
}

function build(number) {
  const root = document.getElementById("phone").content.firstElementChild.cloneNode(true);
  find(root, ".number").textContent = number;
  find(root, ".call-button").addEventListener("click", () => act("call", { number }));
  find(root, ".write").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = find(root, ".text");
    if (!text.value.trim()) return;
    act(find(root, ".channel").value, { number, text: text.value });
    text.value = "";
  });
  const leg = () => state.phones.find((each) => each.number === number)?.leg?.sid;
  for (const key of "123456789*0#") {
    find(root, ".keys").append(button(key, "key", () => act("press", { leg: leg(), keys: key })));
  }
  document.getElementById("phones").append(root);
  phones.set(number, { root, shown: "" });
  return phones.get(number);
}

function tick(message) {
  if (!message.mine) return `· ${word(message.status)}`;
  return message.channel === "whatsapp" ? "✓✓" : "✓";
}

// An offer names the answers it takes, such as YA 7KQ4: each becomes a button.
function answers(message) {
  const offered = [...new Set(message.body.match(/\b(?:YA|TIDAK) [A-Z0-9]{4,5}\b/g) ?? [])];
  return offered.map((text) => button(text, "answer", () => act(message.channel, { number: message.number, text })));
}

function bubble(message) {
  const item = document.createElement("li");
  item.className = `bubble ${message.mine ? "mine" : "theirs"} ${message.channel}`;
  const text = document.createElement("p");
  text.textContent = message.body || `[${message.media.join(", ") || word("media")}]`;
  const foot = document.createElement("small");
  const time = new Date(message.at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  foot.textContent = `${message.channel === "sms" ? "SMS · " : ""}${time} ${tick(message)}`;
  item.append(text, foot);
  if (!message.mine) item.append(...answers(message));
  return item;
}

function drawCall(root, leg) {
  const screen = find(root, ".screen");
  screen.hidden = !leg;
  if (!leg) return;
  const rings = leg.state === "ringing";
  const calling = !leg.incoming && leg.status === "ringing" && !leg.heard.length;
  find(root, ".state").textContent = calling ? word("calling") : word(leg.state);
  screen.classList.toggle("rings", rings);
  find(root, ".heard").replaceChildren(...leg.heard.map((text) => {
    const line = document.createElement("li");
    line.textContent = text;
    return line;
  }));
  find(root, ".heard").lastElementChild?.scrollIntoView({ block: "nearest" });
  find(root, ".keys").hidden = rings;
  const run = (name) => () => act(name, { leg: leg.sid });
  find(root, ".acts").replaceChildren(...(rings
    ? [button(word("answer"), "good", run("answer")), button(word("decline"), "bad", run("decline"))]
    : [button(word("speak"), "plain", run("speak")), button(word("hangUp"), "bad", run("hang-up"))]));
}

function drawPhone(phone) {
  const known = phones.get(phone.number) ?? build(phone.number);
  const shown = JSON.stringify([phone, language]);
  if (known.shown === shown) return;
  known.shown = shown;
  const { root } = known;
  root.dataset.role = phone.role;
  find(root, ".name").textContent = phone.name || word("unknown");
  find(root, ".avatar").textContent = (phone.name || "?").slice(0, 1).toUpperCase();
  find(root, ".role").textContent = word(phone.role || "victim");
  find(root, ".call-button").textContent = `✆ ${word("call")}`;
  find(root, ".text").placeholder = word("write");
  find(root, ".text").setAttribute("aria-label", `${word("write")} ${phone.name}`);
  find(root, ".send").setAttribute("aria-label", word("send"));
  const chat = find(root, ".chat");
  chat.dataset.empty = word("empty");
  chat.replaceChildren(...phone.messages.map((message) => bubble({ ...message, number: phone.number })));
  chat.scrollTop = chat.scrollHeight;
  drawCall(root, phone.leg);
}

function draw() {
  document.documentElement.lang = language;
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = word(each.dataset.word);
  document.getElementById("language").textContent = word("language");
  document.getElementById("phones").dataset.empty = word("noPhones");
  if (!state) return;
  document.getElementById("hotline").textContent = `${word("hotline")} ${state.hotline}`;
  state.phones.forEach(drawPhone);
  const faults = document.getElementById("faults");
  faults.hidden = !state.faults.length;
  find(faults, "ul").replaceChildren(...state.faults.map((fault) => {
    const line = document.createElement("li");
    line.textContent = `${fault.code} · ${fault.url} · ${fault.detail}`;
    return line;
  }));
}

async function follow() {
  const link = document.getElementById("link");
  for (;;) {
    try {
      const answer = await fetch(`/simulator/api/state?since=${state ? state.version : -1}`);
      state = await answer.json();
      link.textContent = word("linked");
      draw();
    } catch {
      state = state && { ...state, version: -1 };
      link.textContent = word("broken");
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

document.getElementById("language").addEventListener("click", () => {
  language = language === "id" ? "en" : "id";
  draw();
});
document.getElementById("add").addEventListener("submit", (event) => {
  event.preventDefault();
  act("phones", Object.fromEntries(new FormData(event.target)));
  event.target.reset();
});
setInterval(() => {
  const now = new Date().toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  for (const each of document.querySelectorAll(".clock")) each.textContent = now;
}, 1000);
draw();
follow();
