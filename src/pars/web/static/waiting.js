// Arrests that are typed while the network is away wait on this machine and are sent once, in order, when it is back.
// They lie sealed under a key that only their writer's own signed-in pages are given: whoever sits down next is shown
// neither what waits nor that something does. Each carries a key of its own, so that a second sending acts once.
"use strict";
(() => {
  const form = document.querySelector("form[data-waiting-key]");
  if (!form || !window.crypto || !crypto.subtle || !window.fetch) return;
  const SHELF = "pars-waiting", PATIENCE = 15000, AGAIN = 10000;
  const box = document.querySelector("#waiting");
  const whose = form.dataset.waitingOf;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (one) => one.toString(16).padStart(2, "0")).join("");
  const key = crypto.subtle.importKey("raw", bytes(form.dataset.waitingKey), "AES-GCM", false, ["encrypt", "decrypt"]);

  const shelf = () => { try { return JSON.parse(localStorage.getItem(SHELF)) || []; } catch { return []; } };
  const mine = () => shelf().filter((one) => one.of === whose);
  const put = (items) => localStorage.setItem(SHELF, JSON.stringify(items));
  const drop = (once) => put(shelf().filter((one) => one.once !== once));
  const mark = (once, refused) => put(shelf().map((one) => (one.once === once ? { ...one, refused } : one)));

  async function keep(fields) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = new TextEncoder().encode(fields.once);
    const plain = new TextEncoder().encode(JSON.stringify(fields));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, await key, plain);
    put([...shelf().filter((one) => one.once !== fields.once), { of: whose, once: fields.once, iv: hex(iv), sealed: hex(sealed) }]);
  }

  async function opened(item) {
    const how = { name: "AES-GCM", iv: bytes(item.iv), additionalData: new TextEncoder().encode(item.once) };
    return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, await key, bytes(item.sealed))));
  }

  function post(fields) {
    const sent = new FormData();
    for (const [name, value] of Object.entries(fields)) sent.set(name, value);
    sent.set("form_key", form.elements.form_key.value);
    const headers = { Accept: "application/json" };
    return fetch("/booking", { method: "POST", body: sent, headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  }

  // Each in its turn. What the record refuses is set aside with its sentence and holds up nothing behind it; a lost
  // network, a server that cannot answer and an ended session leave everything where it is.
  let under_way = Promise.resolve();
  const send = () => { under_way = under_way.then(sendAll, sendAll); return under_way; };
  async function sendAll() {
    for (const item of mine().filter((one) => !one.refused)) {
      let answer;
      try { answer = await post(await opened(item)); } catch { break; }
      if (answer.status === 201) { drop(item.once); continue; }
      if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status) || answer.status >= 500) break;
      mark(item.once, (await answer.json()).detail);
    }
    show();
  }

  function show() {
    const items = mine();
    const waits = items.filter((one) => !one.refused).length;
    box.hidden = items.length === 0;
    box.querySelector("[data-count]").textContent = String(waits);
    const list = box.querySelector("ul");
    list.replaceChildren(...items.filter((one) => one.refused).map((item) => {
      const line = document.createElement("li");
      const back = document.createElement("button");
      back.type = "button";
      back.className = "usa-button usa-button--unstyled";
      back.textContent = box.dataset.back;
      back.addEventListener("click", () => putBack(item));
      line.append(`${item.refused} `, back);
      return line;
    }));
  }

  async function putBack(item) {
    for (const [name, value] of Object.entries(await opened(item))) {
      const field = form.elements[name];
      if (field && name !== "form_key" && name !== "once") field.value = value;
    }
    drop(item.once);
    show();
    form.elements.place.focus();
  }

  function empty() {
    form.reset();
    for (const field of form.querySelectorAll("input[type=text]")) if (field.name !== "arrested_on") field.value = "";
    form.elements.once.value = crypto.randomUUID();
    form.elements.arrested_at.focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const fields = Object.fromEntries(new FormData(form));
    delete fields.form_key;
    await send();
    let answer = null;
    if (!mine().some((one) => !one.refused)) {
      try { answer = await post(fields); } catch { answer = null; }
    }
    if (answer && answer.status === 201) { location.assign((await answer.json()).address); return; }
    if (answer && answer.status !== 503) { form.submit(); return; } // refused or signed out: the server's page says it
    try { await keep(fields); } catch { box.hidden = false; box.querySelector("[data-full]").hidden = false; return; }
    empty();
    show();
  });

  window.addEventListener("online", send);
  setInterval(() => { if (mine().some((one) => !one.refused)) send(); }, AGAIN);
  show();
  send();
})();
