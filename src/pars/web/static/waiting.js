// What is typed while the network is away waits on this machine and is sent once, in order, when it is back: arrests, and
// what was seen and given in the cells. It lies sealed under a key that only its writer's own signed-in pages are given:
// whoever sits down next is shown neither what waits nor that something does. Each carries a key of its own, so that a
// second sending acts once.
"use strict";
(() => {
  const forms = [...document.querySelectorAll("form[data-waiting-once]")];
  const box = document.querySelector("#waiting");
  if (!box || !forms.length || !window.crypto || !crypto.subtle || !window.fetch) return;
  const SHELF = "pars-waiting", PATIENCE = 15000, AGAIN = 10000;
  const root = document.documentElement;
  const loadedAt = performance.now();
  const whose = box.dataset.waitingOf;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const hex = (buffer) => Array.from(new Uint8Array(buffer), (one) => one.toString(16).padStart(2, "0")).join("");
  const key = crypto.subtle.importKey("raw", bytes(box.dataset.waitingKey), "AES-GCM", false, ["encrypt", "decrypt"]);
  const formOf = (address) => forms.find((one) => one.getAttribute("action") === address);

  const shelf = () => { try { return JSON.parse(localStorage.getItem(SHELF)) || []; } catch { return []; } };
  const mine = () => shelf().filter((one) => one.of === whose);
  const put = (items) => localStorage.setItem(SHELF, JSON.stringify(items));
  const drop = (once) => put(shelf().filter((one) => one.once !== once));
  const mark = (once, refused) => put(shelf().map((one) => (one.once === once ? { ...one, refused } : one)));

  async function keep(address, fields) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const additionalData = new TextEncoder().encode(fields.once);
    const plain = new TextEncoder().encode(JSON.stringify({ address, fields }));
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, await key, plain);
    put([...shelf().filter((one) => one.once !== fields.once), { of: whose, once: fields.once, iv: hex(iv), sealed: hex(sealed) }]);
  }

  async function opened(item) {
    const how = { name: "AES-GCM", iv: bytes(item.iv), additionalData: new TextEncoder().encode(item.once) };
    const said = JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt(how, await key, bytes(item.sealed))));
    return said.address ? said : { address: "/booking", fields: said }; // as arrests were kept before
  }

  function post({ address, fields }, waited) {
    const sent = new FormData();
    for (const [name, value] of Object.entries(fields)) sent.set(name, value);
    sent.set("form_key", forms[0].elements.form_key.value);
    const headers = waited ? { Accept: "application/json", "Pars-Waited": "yes" } : { Accept: "application/json" };
    return fetch(address, { method: "POST", body: sent, headers, redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  }

  // Each in its turn. What the record refuses is set aside with its sentence and holds up nothing behind it; a lost
  // network, a server that cannot answer and an ended session leave everything where it is.
  let under_way = Promise.resolve();
  const send = () => { under_way = under_way.then(sendAll, sendAll); return under_way; };
  async function sendAll() {
    for (const item of mine().filter((one) => !one.refused)) {
      let answer;
      try { answer = await post(await opened(item), true); } catch { break; }
      if (answer.status === 201) { drop(item.once); continue; }
      if (answer.type === "opaqueredirect" || [401, 403].includes(answer.status) || answer.status >= 500) break;
      const said = await answer.json();
      mark(item.once, [said, ...(said.also ?? [])].map((one) => one.detail).join("; "));
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

  // As what is half typed, where the form's page keeps that: it is opened with what the server asks of such a charge.
  async function keptAsTyped(form, fields) {
    const sent = new FormData();
    for (const [name, value] of Object.entries(fields)) sent.set(name, value);
    sent.set("form_key", form.elements.form_key.value);
    sent.set("form_path", form.dataset.keep);
    try { return (await fetch("/half-typed", { method: "POST", body: sent, redirect: "manual" })).ok; } catch { return false; }
  }

  // Into its own form; where another page stands open, that of the form is opened first.
  async function putBack(item) {
    const { address, fields } = await opened(item);
    const form = formOf(address);
    if (!form) { location.assign(address.replace(/\/care\/[^/]*$/, "/care")); return; }
    if (form.dataset.keep && await keptAsTyped(form, fields)) { drop(item.once); location.assign(form.dataset.keep); return; }
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements[name];
      if (field && name !== "form_key" && name !== "once") field.value = value;
    }
    drop(item.once);
    show();
    const around = form.closest("details");
    if (around) around.open = true;
    form.querySelector(form.dataset.waitingFirst || "input:not([type=hidden]), select, textarea").focus();
  }

  // As a page that nobody has typed into brings it. A form that has more than its fields' first values to go back to,
  // such as what was refused or asked for, brings its own fresh copy.
  function empty(form) {
    const fresh = form.querySelector("template");
    if (fresh) {
      const typed = form.querySelector("[data-typed]");
      typed.replaceChildren(fresh.content.cloneNode(true));
      if (window.htmx) htmx.process(typed);
    } else { form.reset(); }
    form.elements.once.value = crypto.randomUUID();
    for (const told of form.querySelectorAll("[data-kept]")) told.textContent = "";
    for (const said of document.querySelectorAll("#refusal, #not-recorded")) said.remove();
  }

  // What was seen was seen when it was typed, however late it is sent: in the city's time, as the desks write it.
  function stamp(form, fields) {
    if (!form.elements.happened_on || fields.happened_on || fields.happened_at) return;
    const at = new Date(Date.parse(root.dataset.now) + (performance.now() - loadedAt) * Number(root.dataset.speed));
    const parts = new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York", year: "numeric", month: "2-digit",
      day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(at);
    const of = (type) => parts.find((part) => part.type === type).value;
    fields.happened_on = `${of("month")}/${of("day")}/${of("year")}`;
    fields.happened_at = `${of("hour")}:${of("minute")}`;
  }

  async function submitted(event) {
    event.preventDefault();
    const form = event.currentTarget;
    const address = form.getAttribute("action");
    const fields = Object.fromEntries(new FormData(form));
    delete fields.form_key;
    await send();
    let answer = null;
    if (!mine().some((one) => !one.refused)) {
      try { answer = await post({ address, fields }); } catch { answer = null; }
    }
    if (answer && answer.status === 201) { location.assign((await answer.json()).address); return; }
    if (answer && answer.status !== 503) { form.submit(); return; } // refused or signed out: the server's page says it
    stamp(form, fields);
    try { await keep(address, fields); } catch { box.hidden = false; box.querySelector("[data-full]").hidden = false; return; }
    empty(form);
    if (form.dataset.waitingFirst) form.elements.arrested_at.focus();
    show();
  }

  // A page that was loaded since brings once more, as half typed, what waits: that is somebody else than comes next.
  for (const form of forms) if (mine().some((one) => one.once === form.elements.once.value)) empty(form);

  for (const form of forms) form.addEventListener("submit", submitted);
  window.addEventListener("online", send);
  setInterval(() => { if (mine().some((one) => !one.refused)) send(); }, AGAIN);
  show();
  send();
})();
