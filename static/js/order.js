/* The form builder: sections and questions are put in order by dragging their handle. Only renumbers the fields named
   “order”, which say the same without this script and are saved as ever. */
(function () {
  "use strict";
  var dragged = null;
  function number(row) { return row.querySelector("input[name$='-position']"); }
  function rows(group) {
    return Array.prototype.filter.call(group.querySelectorAll(".inline-related:not(.tabular), tr.form-row"), function (row) {
      return !row.classList.contains("empty-form") && number(row);
    });
  }
  function renumber(group) {
    rows(group).forEach(function (row, at) {
      if (number(row).value === String(at)) return;
      number(row).value = at;
      number(row).dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  function handle(row, group) {
    var grip = document.createElement("span");
    grip.className = "grip";
    grip.textContent = "⠿";
    grip.draggable = true;
    grip.setAttribute("aria-hidden", "true");
    grip.addEventListener("dragstart", function (event) {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", number(row).name);
      event.dataTransfer.setDragImage(row, 0, 0);
    });
    grip.addEventListener("dragend", function () {
      dragged = null;
      renumber(group);
    });
    row.addEventListener("dragover", function (event) {
      var box = row.getBoundingClientRect();
      if (!dragged || dragged.parentNode !== row.parentNode) return;
      event.preventDefault();
      if (dragged !== row) row.parentNode.insertBefore(dragged, event.clientY > box.top + box.height / 2 ? row.nextSibling : row);
    });
    row.addEventListener("drop", function (event) { event.preventDefault(); });
    number(row).insertAdjacentElement("beforebegin", grip);
  }
  function begin() {
    Array.prototype.forEach.call(document.querySelectorAll(".inline-group"), function (group) {
      rows(group).forEach(function (row) { handle(row, group); });
      group.addEventListener("formset:added", function (event) {
        if (!number(event.target)) return;
        /* Comes last, also where several are added at once. */
        number(event.target).value = rows(group).reduce(function (most, row) {
          return row === event.target ? most : Math.max(most, Number(number(row).value) + 1);
        }, 0);
        handle(event.target, group);
      });
    });
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
