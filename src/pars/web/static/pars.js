// Clocks that tick, lists that live, forms that are kept while somebody types. Every page works without it.
"use strict";
(() => {
  const root = document.documentElement;
  const loadedAt = performance.now();
  const cityAtLoad = Date.parse(root.dataset.now);
  const speed = Number(root.dataset.speed);
  const cityNow = () => cityAtLoad + (performance.now() - loadedAt) * speed;

  // A clock counts real minutes of the city between two instants; its thresholds say when it changes its level.
  function tick() {
    for (const clock of document.querySelectorAll("[data-clock-since]")) {
      const minutes = Math.max(0, Math.floor((cityNow() - Date.parse(clock.dataset.clockSince)) / 60000));
      const text = `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
      const shown = clock.querySelector("span");
      if (shown.textContent !== text) shown.textContent = text;
      let level = "calm";
      for (const step of clock.dataset.clockLevels.split(" ")) {
        const [after, name] = step.split(":");
        if (minutes >= Number(after)) level = name;
      }
      clock.className = `clock clock--${level}`;
    }
    for (const clock of document.querySelectorAll("[data-clock]")) {
      const at = new Date(cityNow());
      const parts = new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York", year: "numeric", month: "2-digit",
        day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(at);
      const of = (type) => parts.find((part) => part.type === type).value;
      clock.textContent = `${of("month")}/${of("day")}/${of("year")} ${of("hour")}:${of("minute")}`;
    }
  }
  tick();
  setInterval(tick, 1000);

  function rowOf(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    return holder.content.firstElementChild;
  }

  function put(body, row, fresh) {
    const old = body.querySelector(`[data-id="${row.dataset.id}"]`);
    if (old) { old.replaceWith(row); } else {
      const after = [...body.children].find((other) => other.dataset.order > row.dataset.order);
      body.insertBefore(row, after || null);
    }
    if (fresh) row.classList.add("fresh");
  }

  function drop(body, id) {
    const old = body.querySelector(`[data-id="${id}"]`);
    if (old) old.remove();
  }

  // What stands open by break-glass is said anew when it opens or closes; in between its minutes count down.
  const opened = document.querySelector("#opened");
  let openedAt = performance.now();
  function tell(event) {
    const holder = document.createElement("div");
    holder.innerHTML = JSON.parse(event.data).html;
    openedAt = performance.now();
    if (opened.textContent.trim() !== holder.textContent.trim()) opened.replaceChildren(...holder.childNodes);
  }
  function countDown() {
    for (const line of opened.querySelectorAll("[data-minutes]")) {
      const left = Number(line.dataset.minutes) - Math.floor((performance.now() - openedAt) / 60000);
      const shown = line.querySelector("strong");
      if (left <= 0) line.remove(); else if (shown.textContent !== String(left)) shown.textContent = String(left);
    }
    if (!opened.querySelector("[data-minutes]")) opened.replaceChildren();
  }
  if (opened) setInterval(countDown, 1000);

  // The menu of the desks closes by Escape, which gives the keyboard back to it, and by a click beside it.
  const more = document.querySelector("details.more");
  if (more) {
    more.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && more.open) { more.open = false; more.querySelector("summary").focus(); }
    });
    document.addEventListener("click", (event) => { if (!more.contains(event.target)) more.open = false; });
  }

  const body = document.querySelector("[data-live]");

  // A browser opens a stream again by itself when it ends or is lost, and says the last id that it had. It gives up on
  // an answer that is no stream, such as that the record cannot be reached: then the page asks again, less often.
  const AGAIN = 10000;

  // Whether nobody may say it to this page any more: the session is over or locked. To ask is no use of the session.
  async function over(address) {
    const asking = new AbortController();
    try {
      const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: asking.signal });
      return answer.status === 401;
    } catch { return false; } finally { asking.abort(); }
  }

  // A page without a list listens for that alone, while somebody has it before them: a browser opens few streams.
  if (opened && !body && "EventSource" in window) {
    let source = null;
    const listen = () => {
      if (document.hidden && source) { source.close(); source = null; }
      if (document.hidden || source) return;
      const address = "/api/v1/live?view=openings";
      source = new EventSource(address);
      source.onopen = () => { opened.dataset.connected = "yes"; };
      source.onerror = async (event) => {
        if (event.target !== source || source.readyState !== EventSource.CLOSED) return;
        source = null;
        // Somebody may be typing here: the page stays, and is asked for nothing more until somebody comes back to it.
        if (await over(address)) opened.replaceChildren(); else setTimeout(listen, AGAIN);
      };
      source.addEventListener("openings", tell);
      source.addEventListener("reload", () => { source.close(); location.reload(); });
    };
    listen();
    document.addEventListener("visibilitychange", listen);
  }

  if (body && "EventSource" in window) {
    const owed = document.querySelector("[data-owed]");
    const state = document.querySelector("[data-live-state]");
    const shown = () => {
      const count = document.querySelector("[data-count]");
      if (count) count.textContent = String(body.children.length);
      const empty = document.querySelector(".empty");
      if (empty) empty.hidden = body.children.length > 0;
    };
    const says = (words, lost) => { state.textContent = words; state.classList.toggle("lost", lost); };
    let since = body.dataset.since;
    const line = (event) => {
      const { id, html } = JSON.parse(event.data);
      put(body, rowOf(html), true);
      if (owed) {
        const row = rowOf(html);
        row.dataset.order = row.dataset.owedSince;
        if (row.dataset.custody === "release-owed") put(owed, row, true); else drop(owed, id);
      }
      shown();
      tick();
    };
    const gone = (event) => {
      const { id } = JSON.parse(event.data);
      drop(body, id);
      if (owed) drop(owed, id);
      shown();
    };
    // Whose session is over or locked is shown nobody any longer: the lines go first, then the page, to where one signs in.
    const leave = () => {
      document.querySelector("main").replaceChildren();
      location.assign(location.pathname);
    };
    const listen = () => {
      const address = `/api/v1/live?view=${body.dataset.live}&since=${since}`;
      const source = new EventSource(address);
      const on = (name, does) => source.addEventListener(name, (event) => { does(event); since = event.lastEventId; });
      source.onopen = () => { says(state.dataset.liveState, false); body.dataset.connected = "yes"; };
      source.onerror = async () => {
        says(state.dataset.lost, true);
        if (source.readyState !== EventSource.CLOSED) return;
        if (await over(address)) leave(); else setTimeout(listen, AGAIN);
      };
      on("line", line);
      on("gone", gone);
      if (opened) on("openings", tell);
      source.addEventListener("reload", () => { source.close(); location.reload(); });
    };
    listen();
  }

  // A partner's page goes dark with its agreement: what was shown is taken off the page. While nobody can say whether
  // the agreement stands, it is hidden; once nobody may say it to this page, as when the screen is locked, it is taken
  // away and the page asked for anew, which says why. A term that was renewed is not one that has ended: it wants a new
  // sign-in, and says so.
  const lit = document.querySelector("[data-standing]");
  if (lit && "EventSource" in window) {
    const watch = new EventSource(`/agreements/${lit.dataset.standing}/standing`);
    const darken = (why) => { watch.close(); lit.replaceChildren(); document.querySelector(why).hidden = false; };
    watch.onopen = () => { lit.dataset.connected = "yes"; lit.hidden = false; };
    watch.onerror = () => {
      lit.hidden = true;
      if (watch.readyState !== EventSource.CLOSED) return;
      lit.replaceChildren();
      setTimeout(() => location.assign(location.pathname), 1000); // not when it is left for another page just now
    };
    watch.addEventListener("ended", () => darken("#dark"));
    watch.addEventListener("renewed", () => darken("#renewed"));
  }

  // The large screen asks for its lines by itself, which is no use of its session. Lines that cannot be had anew stay, and
  // it is said that they are old; whose session is locked or over is shown none, and told how to sign in again. It goes on
  // asking in either case, for nobody stands before it who would load it.
  const screen = document.querySelector("[data-screen]");
  if (screen) {
    const PATIENCE = 10000, EVERY = 15000;
    const old = document.querySelector("[data-screen-old]"), locked = document.querySelector("[data-screen-locked]");
    const again = async () => {
      let status = 0;
      try {
        const headers = { Accept: "application/json" };
        const answer = await fetch(screen.dataset.screen, { headers, signal: AbortSignal.timeout(PATIENCE) });
        if (answer.ok) { screen.innerHTML = (await answer.json()).html; tick(); }
        status = answer.status;
      } catch { /* no answer is a lost connection */ }
      const shut = status === 401 || status === 403;
      if (shut) screen.replaceChildren();
      locked.hidden = !shut;
      old.hidden = shut || status === 200 || !screen.firstElementChild;
      setTimeout(again, EVERY);
    };
    setTimeout(again, EVERY);
  }

  // What is half typed is kept a second after the last key, for this person alone. A window keeps under a name of its own
  // and the moment, and says what it began with: so it is told when another one keeps the same form.
  function keptUnder() {
    try {
      if (!sessionStorage.getItem("pars-window")) sessionStorage.setItem("pars-window", crypto.randomUUID());
      return `${sessionStorage.getItem("pars-window")}.${Date.now()}`;
    } catch { return ""; }
  }
  for (const form of document.querySelectorAll("form[data-keep]")) {
    let waiting, due = false;
    const key = () => new FormData(form).get("once"); // another one once the form was emptied for the next person
    const keep = () => {
      clearTimeout(waiting);
      due = false;
      const sent = new FormData(form);
      const told = form.querySelector("[data-kept]");
      const says = (words) => { if (told && key() === sent.get("once")) told.textContent = words; };
      const later = () => { if (key() === sent.get("once")) { due = true; waiting = setTimeout(keep, AGAIN); } };
      sent.set("form_path", form.dataset.keep);
      sent.set("form_window", keptUnder());
      sent.set("form_began", form.dataset.began || "");
      fetch("/half-typed", { method: "POST", body: sent, headers: { Accept: "application/json" } })
        .then(async (answer) => {
          if (!answer.ok) { says("…"); if (answer.status >= 500) later(); return; }
          const elsewhere = told && answer.status === 200 && (await answer.json()).elsewhere;
          says(elsewhere ? `✓ ${told.dataset.elsewhere}` : "✓");
        })
        .catch(() => { says("…"); later(); });
    };
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(keep, 800); });
    form.addEventListener("submit", () => { clearTimeout(waiting); due = false; });
    window.addEventListener("online", () => { if (due) keep(); });
  }

  const refusal = document.getElementById("refusal");
  if (refusal) { refusal.tabIndex = -1; refusal.focus(); }
})();
