/* What a header or a label means, for keys and fingers: the words that the glossary has can be focused; Enter, or a tap,
   opens the definition, Esc closes it. Headers of grids sort when they are tapped: there Shift and Enter, or a long tap. */
(function () {
  "use strict";
  var HEADERS = ".kpi-label, .table-q thead th, .ag-header-cell-text, .field > label, .field-label";
  var WAIT_MS = 600;
  var LONG_MS = 500;
  var pop = null;
  var opener = null;
  var timer = 0;
  var press = 0;

  function inGrid(node) { return node.classList.contains("ag-header-cell-text"); }

  function isButton(node) { return Boolean(node.closest("button, a, [role=button]")) || node.querySelector("button, a, input") !== null; }

  function close(isBack) {
    if (!pop) return;
    pop.remove();
    pop = null;
    if (isBack && opener && document.contains(opener)) opener.focus();
    opener = null;
  }

  function place(node) {
    var at = node.getBoundingClientRect();
    var left = Math.max(8, Math.min(at.left, window.innerWidth - pop.offsetWidth - 8));
    var below = at.bottom + 6;
    var isAbove = below + pop.offsetHeight > window.innerHeight - 8 && at.top > pop.offsetHeight + 14;
    pop.style.left = left + "px";
    pop.style.top = (isAbove ? at.top - pop.offsetHeight - 6 : below) + "px";
  }

  function show(node, one, back) {
    close(false);
    opener = back;
    pop = document.createElement("div");
    pop.id = "term-pop";
    pop.className = "term-pop";
    pop.setAttribute("role", "dialog");
    pop.setAttribute("aria-label", one.name);
    pop.tabIndex = -1;
    [["strong", one.name], ["p", one.definition], ["p", one.formula], ["p", one.sign]].forEach(function (part) {
      if (!part[1]) return;
      var words = document.createElement(part[0]);
      words.textContent = part[1];
      pop.appendChild(words);
    });
    var link = document.createElement("a");
    link.href = "/help/glossary?term=" + encodeURIComponent(one.term);
    link.textContent = "Glossary";
    pop.appendChild(link);
    document.body.appendChild(pop);
    place(node);
    pop.focus({ preventScroll: true });
  }

  function open(node, back) {
    window.dash_clientside.help.terms().then(function (find) {
      var one = find(node.textContent);
      if (one && document.contains(node)) show(node, one, back);
    });
  }

  /* Words that the glossary has can be reached with Tab, unless they belong to something that is reached already. */
  function mark() {
    timer = 0;
    if (!document.querySelector(HEADERS)) return;
    window.dash_clientside.help.terms().then(function (find) {
      document.querySelectorAll(HEADERS).forEach(function (node) {
        var is = Boolean(node.textContent && find(node.textContent));
        node.classList.toggle("has-term", is);
        if (inGrid(node) || isButton(node)) return;
        if (is) node.tabIndex = 0;
        else if (node.classList.contains("had-term")) node.removeAttribute("tabindex");
        node.classList.toggle("had-term", is);
      });
    });
  }

  function markSoon() {
    if (!timer) timer = window.setTimeout(mark, WAIT_MS);
  }

  /* The header whose meaning is asked for at a place, and what has the focus there. */
  function asked(target) {
    var node = target.closest && target.closest(HEADERS);
    var cell = target.closest && target.closest(".ag-header-cell");
    if (!node && cell) node = cell.querySelector(".ag-header-cell-text");
    return node && node.classList.contains("has-term") ? node : null;
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && pop) {
      event.stopPropagation();
      close(true);
      return;
    }
    if (event.key !== "Enter" || event.target.closest("button, a, input, select, textarea")) return;
    var node = asked(event.target);
    if (!node || inGrid(node) !== event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    open(node, event.target);
  }, true);

  document.addEventListener("click", function (event) {
    if (pop && !pop.contains(event.target)) close(false);
    var node = asked(event.target);
    if (node && !inGrid(node) && !isButton(node) && node.tagName !== "LABEL") open(node, node);
  });

  /* a long tap: headers of grids, and labels, whose tap goes to their field */
  document.addEventListener("pointerdown", function (event) {
    var node = event.pointerType !== "mouse" && asked(event.target);
    window.clearTimeout(press);
    if (node) press = window.setTimeout(function () { open(node, node); }, LONG_MS);
  });
  ["pointerup", "pointercancel", "pointermove"].forEach(function (name) {
    document.addEventListener(name, function () { window.clearTimeout(press); });
  });
  document.addEventListener("focusin", function (event) {
    if (pop && event.target !== opener && !pop.contains(event.target)) close(false);
  });
  window.addEventListener("scroll", function () { if (pop) close(false); }, { passive: true });
  window.addEventListener("popstate", function () { close(false); }, true);
  window.addEventListener("_dashprivate_pushstate", function () { close(false); });

  function start() {
    new MutationObserver(markSoon).observe(document.body, { childList: true, subtree: true });
    markSoon();
  }
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
