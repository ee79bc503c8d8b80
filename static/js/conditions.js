/* Hides a question until the one it hangs on has its answer. Nothing is emptied: the text comes back with it. */
(function () {
  "use strict";
  function word(name) {
    var found = "";
    Array.prototype.forEach.call(document.getElementsByName(name), function (field) {
      if (field.type === "checkbox") found = field.checked ? "yes" : "no";
      else if (field.checked) found = field.value;
      if (field.closest(".field[hidden]")) found = "";
    });
    return found;
  }
  function update() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-if]"), function (field) {
      field.closest(".field").hidden = word(field.dataset.if) !== field.dataset.is;
    });
  }
  function later() { setTimeout(update, 0); }
  ["change", "input", "click"].forEach(function (kind) { document.addEventListener(kind, later); });
  window.addEventListener("pageshow", later);
  update();
})();
