/* The form builder: a preview that is open in another tab or window shows what is typed, a moment after the last
   keystroke. Nothing is saved. Without this script the button opens the preview as it is then. */
(function () {
  "use strict";
  var PAUSE = 400;
  var button = document.querySelector("[data-preview]"), shown = document.querySelector("[data-previewed]");
  if (!window.BroadcastChannel || !window.fetch || !(button || shown)) return;
  var line = new BroadcastChannel(button ? new URL(button.formAction).pathname : location.pathname);

  if (shown) {
    /* Promised only where it is kept. */
    var promise = function () { shown.querySelectorAll("[data-live]").forEach(function (it) { it.hidden = false; }); };
    promise();
    line.onmessage = function (event) {
      if (event.data.asks) line.postMessage({ open: true });
      if (!event.data.page) return;
      var fresh = new DOMParser().parseFromString(event.data.page, "text/html").querySelector("[data-previewed]");
      if (!fresh) return;
      /* What was answered here to see what follows from it. */
      shown.querySelectorAll(":checked").forEach(function (it) {
        fresh.querySelectorAll("input").forEach(function (other) {
          if (other.name === it.name && other.value === it.value) other.checked = true;
        });
      });
      shown.replaceWith(fresh);
      shown = fresh;
      promise();
      window.dispatchEvent(new Event("pageshow"));
    };
    line.postMessage({ open: true });
    return;
  }

  var form = button.form, isOpen = false, timer = 0, turn = 0;
  function send() {
    var mine = ++turn;
    fetch(button.formAction, { method: "POST", body: new FormData(form) }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (page) {
      if (page && mine === turn) line.postMessage({ page: page });
    }, function () { /* The next keystroke tries again. */ });
  }
  function later() {
    clearTimeout(timer);
    if (isOpen) timer = setTimeout(send, PAUSE);
  }
  line.onmessage = function (event) {
    if (!event.data.open) return;
    isOpen = true;
    later();
  };
  ["input", "change", "click"].forEach(function (kind) { form.addEventListener(kind, later); });
  /* Is one open from before this page was loaded anew? */
  line.postMessage({ asks: true });
})();
