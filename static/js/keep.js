/* Keeps what is typed: saves a form a few seconds after the last keystroke, holds a copy in the browser until the
   server has it, and counts words. The form works the same without this script; texts come from data attributes. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-keep]");
  if (!form || !window.fetch || !window.FormData) return;

  var PAUSE = 3000, LONGEST_RETRY = 60000, KEPT_DAYS = 14, PREFIX = "kept:";
  var key = PREFIX + form.dataset.keep;
  var status = document.getElementById("kept-status");
  var version = form.elements.version;
  var dirty = false, sending = false, stopped = false, leaving = false, timer = 0, wait = PAUSE, edits = 0;

  function fields() {
    return Array.prototype.filter.call(form.elements, function (field) {
      return field.name && field.type !== "hidden" && field.type !== "file" && field.type !== "submit";
    });
  }
  function values() {
    var held = {};
    fields().forEach(function (field) {
      if (field.type !== "checkbox" && field.type !== "radio") { held[field.name] = field.value; return; }
      held[field.name] = held[field.name] || [];
      if (field.checked) held[field.name].push(field.value);
    });
    return held;
  }
  function fill(held) {
    fields().forEach(function (field) {
      if (!(field.name in held)) return;
      if (field.type === "checkbox" || field.type === "radio") field.checked = held[field.name].indexOf(field.value) >= 0;
      else field.value = held[field.name];
    });
  }
  function say(text, time) {
    if (status) status.textContent = (text || "").replace("{time}", time || "");
  }
  function clock(moment) {
    return moment.toLocaleTimeString(document.documentElement.lang || "en", { hour: "2-digit", minute: "2-digit" });
  }
  /* Storage can be full, or refused in private windows: the form must go on without it. */
  function store(held) {
    try {
      if (held) localStorage.setItem(key, JSON.stringify({ at: Date.now(), version: version ? version.value : "", values: held }));
      else localStorage.removeItem(key);
    } catch (refused) { /* nothing to do: the server's copy is the one that counts */ }
  }
  function stored() {
    try {
      for (var i = localStorage.length - 1; i >= 0; i--) {
        var name = localStorage.key(i);
        if (name.indexOf(PREFIX) === 0 && Date.now() - JSON.parse(localStorage.getItem(name)).at > KEPT_DAYS * 864e5) localStorage.removeItem(name);
      }
      return JSON.parse(localStorage.getItem(key));
    } catch (refused) { return null; }
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }
  function save() {
    if (sending || stopped || !dirty) return;
    var seen = edits, body = new FormData(form);
    fields().concat(Array.prototype.slice.call(form.querySelectorAll("input[type=file]"))).forEach(function (field) {
      if (field.type === "file") body.delete(field.name);
    });
    sending = true;
    say(form.dataset.saving);
    fetch(form.action || location.href, { method: "POST", body: body, headers: { "X-Keep": "1" }, credentials: "same-origin" })
      .then(function (answer) {
        return answer.json().then(function (told) { done(answer.status, told, seen); });
      })
      .catch(function () {
        say(form.dataset.offline);
        wait = Math.min(wait * 2, LONGEST_RETRY);
        later(wait);
      })
      .then(function () { sending = false; if (dirty && wait === PAUSE && !stopped) later(PAUSE); });
  }
  function done(code, told, seen) {
    if (code === 200) {
      wait = PAUSE;
      if (version) version.value = told.version;
      if (seen === edits) { dirty = false; store(null); } else store(values());
      say(form.dataset.saved, clock(new Date(told.saved_at)));
    } else if (code >= 500) {
      throw new Error(code);
    } else {
      /* Signed out, sent meanwhile, or changed in another tab: pressing Save shows the page that explains. */
      stopped = true;
      say(told.text || form.dataset.stopped);
    }
  }

  function words(text) {
    return (text.match(/[^\s\x1c-\x1f\x85\ufeff]+/g) || []).length;
  }
  function count(area) {
    var shown = document.getElementById(area.id + "_words");
    if (!shown) return;
    var number = words(area.value), limit = Number(shown.dataset.limit);
    shown.textContent = shown.dataset.text.replace("{words}", number.toLocaleString(document.documentElement.lang));
    shown.classList.toggle("error", number > limit);
  }

  form.addEventListener("input", function (event) {
    edits++;
    dirty = true;
    if (event.target.tagName === "TEXTAREA") count(event.target);
    store(values());
    if (event.target.type !== "file") later(wait);
  });
  form.addEventListener("submit", function () { leaving = true; clearTimeout(timer); });
  window.addEventListener("online", function () { wait = PAUSE; later(200); });
  document.addEventListener("visibilitychange", function () { if (document.hidden) save(); });
  window.addEventListener("pageshow", function () { leaving = false; });
  window.addEventListener("beforeunload", function (event) {
    if (dirty && !leaving) event.preventDefault();
  });

  Array.prototype.forEach.call(form.querySelectorAll("textarea"), count);
  var kept = stored();
  if (kept && JSON.stringify(kept.values) !== JSON.stringify(values()) && !form.dataset.problems) {
    if (!version || kept.version === version.value) {
      fill(kept.values);
      Array.prototype.forEach.call(form.querySelectorAll("textarea"), count);
      dirty = true;
      edits++;
      say(form.dataset.restored, clock(new Date(kept.at)));
      later(PAUSE);
    } else {
      /* Another device saved since: neither text may be lost, so the person chooses. */
      var panel = document.getElementById("kept-other");
      if (panel) {
        panel.querySelector("textarea").value = Object.keys(kept.values).map(function (name) { return [].concat(kept.values[name]).join(", "); }).filter(Boolean).join("\n\n");
        panel.hidden = false;
      }
    }
  } else if (kept && !form.dataset.problems) store(null);
})();
