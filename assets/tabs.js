/* Tabs by keyboard: one stop for the strip, arrows and Home and End move along it, Enter and Space choose. */
(function () {
  "use strict";
  var isWaiting = false;

  function tabsOf(strip) {
    return Array.prototype.slice.call(strip.querySelectorAll("[role='tab']"));
  }

  function set(node, name, value) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }

  /* The library knows no key of a tab, and so takes every tab out of the order of focus and gives all the same id. */
  function dress(strip) {
    var tabs = tabsOf(strip);
    var held = tabs.indexOf(document.activeElement);
    tabs.forEach(function (tab, place) {
      var isActive = tab.classList.contains("active");
      set(tab, "id", strip.id + "-tab-" + place);
      set(tab, "aria-selected", isActive ? "true" : "false");
      set(tab, "tabindex", (held < 0 ? isActive : place === held) ? "0" : "-1");
      tab.removeAttribute("aria-controls");
      if (isActive && strip.qpoShown !== tab) reveal(strip, tab);
    });
  }

  /* The chosen tab of a strip that goes on beyond the edge comes into sight; the page itself does not move. */
  function reveal(strip, tab) {
    var all = strip.getBoundingClientRect(), own = tab.getBoundingClientRect();
    if (!own.width) return; // not yet known whether it is for this reader
    strip.qpoShown = tab;
    if (own.right > all.right || own.left < all.left) strip.scrollLeft += own.left - all.left - (all.width - own.width) / 2;
  }

  function dressAll() {
    isWaiting = false;
    document.querySelectorAll(".tabs-q[role='tablist']").forEach(dress);
  }

  new MutationObserver(function () {
    if (isWaiting) return;
    isWaiting = true;
    window.requestAnimationFrame(dressAll);
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["class"], childList: true, subtree: true });

  document.addEventListener("focusout", function (event) {
    var strip = event.target.closest && event.target.closest(".tabs-q[role='tablist']");
    if (strip && !strip.contains(event.relatedTarget)) window.requestAnimationFrame(function () { dress(strip); });
  });

  document.addEventListener("keydown", function (event) {
    var tab = event.target.closest && event.target.closest(".tabs-q [role='tab']");
    if (!tab || event.ctrlKey || event.metaKey || event.altKey) return;
    var tabs = tabsOf(tab.closest(".tabs-q"));
    var place = tabs.indexOf(tab);
    var steps = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 };
    if (event.key in steps) {
      var next = tabs[(steps[event.key] + tabs.length) % tabs.length];
      tab.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    } else if (event.key === "Enter" || event.key === " ") tab.click();
    else return;
    event.preventDefault();
  });
})();
