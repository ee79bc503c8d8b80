// The admin's boxes to choose from a long list (select2) show what is chosen in an element that claims to be a text box
// without a name. It is no box to type in: it is what names the box around it. Boxes come when they like, so: whenever.
new MutationObserver(() => {
  for (const it of document.querySelectorAll(".select2-selection__rendered[role=textbox]")) {
    it.removeAttribute("role");
    it.removeAttribute("aria-readonly");
  }
}).observe(document, { childList: true, subtree: true });
