/* The words of the top bar follow the title of the document, up to its first middle dot. */
(function () {
  "use strict";
  var qpo = window.qpo;
  if (!qpo) return;
  var shown = null;

  function follow() {
    var words = document.title.split(" · ")[0];
    if (words === shown || words.indexOf("Updating") === 0 || !document.getElementById("shell-title")) return;
    shown = words;
    qpo.set("shell-title", { children: words });
  }

  qpo.onShell(function () {
    shown = null;
    follow();
  });
  new MutationObserver(follow).observe(document.head, { childList: true, characterData: true, subtree: true });
})();
