/* Marks in the rail where the reader is: the page itself, or the destination that a page without one belongs to. */
(function () {
  "use strict";

  function within(path, place) { return path === place || path.indexOf(place + "/") === 0; }

  /* "page" for the address itself, "true" for what stands below it or belongs to it, null for elsewhere. */
  function place(link, path) {
    var href = link.getAttribute("href"), words = link.querySelector("[data-covers]");
    var covered = words ? words.getAttribute("data-covers").split(" ").filter(Boolean) : [];
    if (path === href) { return "page"; }
    if (href !== "/" && within(path, href)) { return "true"; }
    return covered.some(function (one) { return within(path, one); }) ? "true" : null;
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.rail = {
    mark: function (pathname) {
      var path = (pathname || "/").replace(/(.)\/$/, "$1");
      document.querySelectorAll(".rail .rail-link").forEach(function (link) {
        var found = place(link, path);
        if (found) { link.setAttribute("aria-current", found); } else { link.removeAttribute("aria-current"); }
      });
      return window.dash_clientside.no_update;
    }
  };
})();
