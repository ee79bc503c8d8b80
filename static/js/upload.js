/* Sends a file in chunks once it is chosen; chosen again, it goes on. Where this gives up, the form takes the file. */
(function () {
  "use strict";
  var doc = document, LEAST = 16384, MOST = 524288, LARGEST = 5242880, LONGEST = 30000;
  if (!window.fetch || !window.crypto || !crypto.subtle || !Blob.prototype.arrayBuffer) return;

  doc.querySelectorAll("[data-upload]").forEach(function (box) {
    var told = box.dataset, input = box.querySelector("[type=file]"), form = input.form;
    var said = box.lastElementChild, moves = said.previousElementSibling, bar = moves.firstElementChild;
    var turn = 0, busy = false, held = null, timer = 0, name, send;

    function say(text) {
      text = text.split("{name}").join("\u2068" + name + "\u2069");
      if (said.textContent !== text) said.textContent = text;
    }
    function show(part) {
      bar.value = part;
      bar.nextSibling.data = " " + Math.floor(part * 100) + " %";
    }
    function end(text, failed) {
      turn++;
      busy = held = false;
      moves.hidden = true;
      box.className = failed ? "wrong" : "";
      say(text);
    }
    function ask(method, path, body, offset) {
      var token = /(?:^|; )csrftoken=(\w+)/.exec(doc.cookie);
      return fetch(told.upload + path, {
        method: method, body: body, signal: AbortSignal.timeout && AbortSignal.timeout(2 * LONGEST),
        headers: {
          "X-Keep": "1", "Upload-Offset": offset,
          "X-CSRFToken": token ? token[1] : form.elements.csrfmiddlewaretoken.value
        }
      }).then(function (answer) {
        return answer.json().catch(function () { return {}; }).then(function (words) {
          if (answer.status > 499 || answer.ok && !("received" in words)) throw words;
          return words;
        });
      });
    }
    function start() {
      var file = input.files[0], mine = ++turn, code = "", at = 0, step = 2 * LEAST, wait = 1000, whole, digest;
      busy = !!file;
      moves.hidden = !busy;
      box.className = "";
      name = file && file.name;
      say(busy ? told.sending : "");
      show(0);
      if (!busy) return;

      send = function () {
        var began = Date.now();
        clearTimeout(timer);
        timer = 0;
        (code ? ask("PATCH", code + "/", whole.slice(at, at + step), at)
          : ask("POST", "", JSON.stringify({ name: name, size: file.size, sha256: digest }), 0)
        ).then(function (answer) {
          if (mine !== turn) return;
          if (answer.html) {
            var goes = held;
            box.firstElementChild.innerHTML = answer.html;
            input.value = "";
            end(told.kept);
            if (goes) goes.click();
          } else if ("received" in answer) {
            /* About a second a chunk. */
            began = Date.now() - began;
            step = began > 2000 ? Math.max(step / 2, LEAST) : code && began < 500 ? Math.min(step * 2, MOST) : step;
            code = answer.code || code;
            at = answer.received;
            wait = 1000;
            show(at / file.size);
            say(held ? told.held : told.sending);
            send();
          } else {
            if (answer.refused) input.value = "";
            end(answer.text || told.stopped, true);
          }
        }, function () {
          if (mine !== turn) return;
          say(told.waiting);
          step = LEAST;
          timer = setTimeout(send, wait);
          wait = Math.min(wait * 2, LONGEST);
        });
      };
      file.slice(0, LARGEST + 1).arrayBuffer().then(function (read) {
        whole = read;
        return crypto.subtle.digest("SHA-256", read);
      }).then(function (bytes) {
        digest = Array.from(new Uint8Array(bytes), function (byte) { return (256 + byte).toString(16).slice(1); }).join("");
        if (mine === turn) send();
      }, function () { if (mine === turn) end(told.stopped, true); });
    }

    input.addEventListener("change", start);
    window.addEventListener("online", function () { if (timer) send(); });
    form.addEventListener("submit", function (event) {
      /* A second press takes the file along. */
      if (!busy || held) { turn++; return; }
      event.preventDefault();
      event.stopImmediatePropagation();
      held = event.submitter || form.querySelector("button");
      say(told.held);
    });
    if (input.files[0]) start();
  });
})();
