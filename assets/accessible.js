/* What a component library leaves out for screen readers and keyboards: names of controls in a named group, and the way into a table that scrolls. */
(function () {
  "use strict";
  var WAIT_MS = 400;
  var CONTROLS = "select, input:not([type=hidden]), textarea, [role=slider]";
  var timer = 0;

  function hasName(control) {
    return control.hasAttribute("aria-label") || control.hasAttribute("aria-labelledby") || control.hasAttribute("title") || (control.labels && control.labels.length > 0);
  }

  /* a pattern id cannot be named by a label: the group around the control carries the words */
  function nameControls() {
    document.querySelectorAll("[role=group][aria-label]").forEach(function (group) {
      group.querySelectorAll(CONTROLS).forEach(function (control) {
        if (!hasName(control)) control.setAttribute("aria-label", group.getAttribute("aria-label"));
      });
    });
  }

  function titleOf(box) {
    var caption = box.querySelector("caption");
    var card = box.closest("section, .card-q");
    var head = card && card.querySelector("h2, h3");
    return (caption && caption.textContent) || (head && head.textContent) || "Table";
  }

  /* only what scrolls is a stop for the keyboard */
  function openScrolls() {
    var boxes = Array.prototype.slice.call(document.querySelectorAll(".table-scroll"));
    var scrolls = boxes.map(function (box) { return box.scrollWidth > box.clientWidth + 1; });
    boxes.forEach(function (box, index) {
      if (scrolls[index] === box.hasAttribute("tabindex")) return;
      if (scrolls[index]) {
        box.setAttribute("tabindex", "0");
        box.setAttribute("role", "region");
        box.setAttribute("aria-label", titleOf(box) + ", scrolls sideways");
      } else ["tabindex", "role", "aria-label"].forEach(function (name) { box.removeAttribute(name); });
    });
  }

  function look() {
    timer = 0;
    nameControls();
    openScrolls();
  }

  function soon() {
    if (!timer) timer = window.setTimeout(look, WAIT_MS);
  }

  new MutationObserver(soon).observe(document.documentElement, { childList: true, subtree: true });
  window.addEventListener("resize", soon);
  soon();
})();
