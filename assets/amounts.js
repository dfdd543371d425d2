/* The eye: amounts are hidden or shown, everywhere. The server masks what it writes and aggrid.js what grids show, so
   the page is read anew; until then nothing of it can be seen. */
(function () {
  "use strict";
  var qpo = window.qpo;
  if (!qpo) return;
  var WAIT_MS = 8000, TURNED = "qpo-amounts-turned";
  var page = document.documentElement;

  function isHidden() {
    var root = document.getElementById("shell-root");
    return root !== null && root.getAttribute("data-amounts") === "hidden";
  }

  /* Other tabs hide their amounts too. */
  function tell() {
    try { window.localStorage.setItem(TURNED, String(Date.now())); } catch (refused) { return; } // storage is forbidden
  }
  window.addEventListener("storage", function (event) {
    if (event.key === TURNED && document.getElementById("shell-root") && !isHidden()) window.location.reload();
  });

  qpo.amounts = {
    isHidden: isHidden,
    /* kept(choice) reads the page anew if it shows amounts otherwise */
    kept: function (choice) {
      if (!choice || !document.getElementById("shell-root") || (choice === "hidden") === isHidden()) return;
      if (choice === "hidden") tell();
      window.location.reload();
    },
    toggle: function () {
      if (page.hasAttribute("data-amounts-turning")) return;
      page.setAttribute("data-amounts-turning", "");
      window.setTimeout(function () { page.removeAttribute("data-amounts-turning"); }, WAIT_MS); // the server did not answer
      qpo.set("shell-amounts", { data: isHidden() ? "shown" : "hidden" });
    }
  };

  qpo.onShell(function () { page.toggleAttribute("data-private", isHidden()); });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-amounts-toggle]")) qpo.amounts.toggle();
  });
})();
