/* Keeps what is typed until the server has it, and counts words. Why and how: applications/keeping.py. */
(function () {
  "use strict";
  var doc = document, PREFIX = "kept:", KEPT_DAYS = 14, PAUSE = 3000, LONGEST = 60000;
  var language = (doc.documentElement.lang || "en").replace(/^en$/, "en-GB") + "-u-nu-latn";
  var form = doc.querySelector("form[data-keep]");
  var each = function (list, todo) { Array.prototype.forEach.call(list, todo); };

  /* Storage can be full or refused. */
  function read(name) {
    try { return JSON.parse(localStorage.getItem(PREFIX + name)); } catch (refused) { return null; }
  }
  function write(name, what) {
    try {
      if (what) localStorage.setItem(PREFIX + name, JSON.stringify(what));
      else localStorage.removeItem(PREFIX + name);
      return true;
    } catch (refused) { return false; }
  }
  function forgetOld() {
    var names = [], i;
    try { for (i = 0; i < localStorage.length; i++) names.push(localStorage.key(i)); } catch (refused) { return; }
    names.forEach(function (name) {
      if (name.indexOf(PREFIX)) return;
      var copy = [].concat(read(name.slice(PREFIX.length))).pop();
      if (!copy || !(Date.now() - copy.at < KEPT_DAYS * 864e5)) write(name.slice(PREFIX.length), null);
    });
  }
  forgetOld();
  each(doc.querySelectorAll("[data-forget]"), function (it) { write(it.dataset.forget, null); });
  if (!form || !window.fetch || !window.FormData) return;

  var told = form.dataset, key = told.keep, held = form.elements, version = held.version;
  var page = held.page ? held.page.value.split("-")[0] : "", turn = 0;
  var dirty = false, copied = true, sending = false, stopped = false, leaving = false, waiting = null, asked = null;
  var edits = 0, wait = PAUSE, timer = 0, lastKind = "";

  function fields() {
    return Array.prototype.filter.call(held, function (field) {
      return field.name && !/hidden|file|submit|button|fieldset/.test(field.type);
    });
  }
  function values() {
    var found = {};
    fields().forEach(function (field) {
      if (!/checkbox|radio/.test(field.type)) { found[field.name] = field.value; return; }
      found[field.name] = found[field.name] || [];
      if (field.checked) found[field.name].push(field.value);
    });
    return found;
  }
  function fill(copy) {
    fields().forEach(function (field) {
      var value = copy[field.name];
      if (value === undefined) return;
      if (/checkbox|radio/.test(field.type)) field.checked = value.indexOf(field.value) >= 0;
      else field.value = value;
    });
    each(form.querySelectorAll("textarea"), count);
  }
  /* As the server keeps it. */
  function plain(value) {
    return [].concat(value === undefined ? "" : value).join("\n").replace(/\s+/g, " ").trim();
  }
  function differing(copy) {
    var here = values();
    return Object.keys(here).filter(function (name) { return name in copy && plain(copy[name]) !== plain(here[name]); });
  }
  function keep() {
    copied = write(key, { at: Date.now(), version: version.value, page: page, turn: turn + 1, values: values() });
  }

  function words(text) {
    return (text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202d\u202e]/g, "")
      .match(/[^\t-\r\x20\x85\xa0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+/g) || []).length;
  }
  function count(area) {
    var shown = doc.getElementById(area.id + "_words"), number = words(area.value);
    if (!shown) return;
    shown.textContent = shown.dataset.text.replace("{words}", number.toLocaleString(language));
    shown.classList.toggle("error", number > Number(shown.dataset.limit));
  }

  /* By the page's clock, where the browser knows it. */
  function clock(at, how) {
    try { how.timeZone = told.zone; return new Date(at).toLocaleString(language, how); }
    catch (unknown) { delete how.timeZone; return new Date(at).toLocaleString(language, how); }
  }
  /* Read out only when its kind changes. */
  function say(kind, text, at, how) {
    text = text.replace("{time}", at ? clock(at, how) : "");
    doc.getElementById("kept-shown").textContent = text;
    doc.getElementById("kept-shown").className = kind === "saved" ? "saved" : "note";
    if (kind !== lastKind) doc.getElementById("kept-said").textContent = text;
    lastKind = kind;
  }
  var CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  var DAY = { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }
  /* Signing in in another tab changes the token. */
  function next() {
    var token = /(?:^|; )csrftoken=(\w+)/.exec(doc.cookie);
    if (token) held.csrfmiddlewaretoken.value = token[1];
    turn++;
    if (page) held.page.value = page + "-" + turn;
  }
  function save() {
    clearTimeout(timer);
    if (sending || stopped || leaving || !dirty) return;
    var seen = edits, body, stop = window.AbortController ? new AbortController() : {};
    next();
    body = new FormData(form);
    each(form.querySelectorAll("input[type=file]"), function (file) { body.delete(file.name); });
    sending = true;
    var limit = setTimeout(function () { if (stop.abort) stop.abort(); }, 2 * LONGEST);
    fetch(location.pathname, {
      method: "POST", body: body, headers: { "X-Keep": "1" }, credentials: "same-origin", signal: stop.signal,
      keepalive: doc.hidden && JSON.stringify(values()).length < 15000
    }).then(function (answer) {
      return answer.json().catch(function () { return {}; }).then(function (words) { done(answer.status, words, seen); });
    }).catch(function (error) {
      say("offline", copied ? error.told || told.offline : told.unsafe);
      wait = Math.min(wait * 2, LONGEST);
    }).then(function () {
      clearTimeout(limit);
      sending = false;
      var goes = waiting;
      waiting = null;
      if (goes && !dirty) goes.submit();
      else if (dirty && !stopped) later(wait);
    });
  }
  function done(code, answer, seen) {
    if (code === 200 && answer.saved_at) {
      var unkept = Object.keys(answer.problems || {});
      wait = PAUSE;
      version.value = answer.version;
      dirty = seen !== edits;
      if (dirty || unkept.length) keep();
      else if ((read(key) || {}).page === page) write(key, null);
      if (unkept.length) say("unkept", answer.problems[unkept[0]]);
      else say("saved", told.saved, answer.saved_at, CLOCK);
    } else if (code >= 500 || code < 400) {
      /* The line is up, the site is not. */
      throw { told: answer.text };
    } else {
      stopped = code === 404 || code === 409;
      wait = LONGEST;
      keep();
      say("refused", (answer.text || told.stopped) + " " + (copied ? told.copied : told.unsafe));
    }
  }

  function changed() {
    edits++;
    dirty = true;
    keep();
    later(wait);
  }
  form.addEventListener("input", function (event) {
    if (event.target.type === "file") return;
    if (event.target.tagName === "TEXTAREA") count(event.target);
    changed();
  });
  doc.addEventListener("submit", function (event) {
    if (event.target === form) {
      clearTimeout(timer);
      if (dirty) keep();
      if (navigator.onLine === false) {
        /* A browser's own page about the line would stand where the text is. */
        event.preventDefault();
        say("offline", copied ? told.offline : told.unsafe);
        return;
      }
      next();
      leaving = true;
    } else if (dirty && asked !== event.target) {
      /* Such as signing out: what is typed goes first. */
      event.preventDefault();
      waiting = asked = event.target;
      if (stopped) say("asked", told.stopped);
      else save();
    }
  });
  function again() { wait = PAUSE; save(); }
  window.addEventListener("online", again);
  window.addEventListener("focus", again);
  doc.addEventListener("visibilitychange", again);
  window.addEventListener("pageshow", function () { leaving = false; });
  window.addEventListener("beforeunload", function (event) {
    var chosen = Array.prototype.some.call(form.querySelectorAll("input[type=file]"), function (it) { return it.files.length; });
    if (leaving || !(dirty && !copied || chosen)) return;
    event.preventDefault();
    event.returnValue = "";
  });

  /* Saved elsewhere since: shown, never put in unasked. */
  var others = read(key + "#") || [], panel = doc.getElementById("kept-other");
  function label(name) {
    var field = doc.getElementsByName(name)[0], group = field.closest("fieldset");
    var found = group ? group.querySelector("legend") : doc.querySelector("label[for='" + field.id + "']");
    return found ? found.textContent : name;
  }
  function showOthers() {
    var list = panel.querySelector(".answers"), names = [];
    while (others.length && !(names = differing(others[others.length - 1].values)).length) others.pop();
    write(key + "#", others.length ? others : null);
    panel.hidden = !others.length;
    if (!others.length) return;
    var copy = others[others.length - 1], time = panel.querySelector("[data-text]");
    time.textContent = time.dataset.text.replace("{time}", clock(copy.at, DAY));
    list.textContent = "";
    names.forEach(function (name) {
      var title = doc.createElement("h3"), text = doc.createElement("p");
      title.textContent = label(name);
      text.textContent = [].concat(copy.values[name]).join(", ");
      text.className = "typed";
      text.dir = "auto";
      list.appendChild(title);
      list.appendChild(text);
    });
  }
  var buttons = panel.querySelectorAll("button");
  buttons[0].addEventListener("click", function () {
    var before = values();
    fill(others.pop().values);
    others.push({ at: Date.now(), values: before });
    changed();
    showOthers();
  });
  buttons[1].addEventListener("click", function () {
    others.pop();
    showOthers();
  });

  var lastPage = "";
  (told.stored || "").split(" ").forEach(function (part) {
    var at = /^(.+)=(.*)-(\d+)$/.exec(part), name = at && key.split("/")[0] + "/" + at[1], copy = at && read(name);
    if (!at) return;
    if (name === key) lastPage = at[2];
    if (copy && copy.page && copy.page === at[2] && copy.turn <= Number(at[3])) write(name, null);
  });
  each(form.querySelectorAll("textarea"), count);
  var copy = read(key);
  if ("unkept" in told) {
    dirty = true;
    keep();
  } else if (copy && !differing(copy.values).length) {
    write(key, null);
  } else if (copy && (copy.version === version.value || copy.page && copy.page === lastPage)) {
    fill(copy.values);
    var note = doc.getElementById("kept-restored");
    note.textContent = note.dataset.text.replace("{time}", clock(copy.at, DAY));
    note.hidden = false;
    doc.getElementById("kept-said").textContent = note.textContent;
    changed();
  } else if (copy) {
    others.push(copy);
    write(key, null);
  }
  showOthers();
})();
