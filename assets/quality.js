/* The page of data quality: keys that accept, reject and undo, and which findings are listed in the address. */
(function () {
  "use strict";
  var pressedGo = 0;

  document.addEventListener("keydown", function (event) {
    if (event.key === "g") {
      pressedGo = Date.now();
      return;
    }
    var target = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || Date.now() - pressedGo < 1500) return;
    if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox") return;
    if (document.querySelector(".dialog.is-open")) return;
    var box = document.getElementById("quality-actions");
    var button = box && /^[aru]$/.test(event.key) && box.querySelector("[data-key='" + event.key + "']");
    if (button && button.offsetParent !== null && !button.disabled) {
      event.preventDefault();
      button.click();
    }
  });

  var dash = (window.dash_clientside = window.dash_clientside || {});
  dash.quality = {
    /* view(state, kind) -> nothing; the address keeps what is not the usual one */
    view: function (state, kind) {
      if (window.location.pathname !== "/data-quality") return dash.no_update;
      var address = new URL(window.location.href), chosen = { show: state === "open" ? "" : state, kind: kind === "all" ? "" : kind };
      Object.keys(chosen).forEach(function (name) {
        if (chosen[name]) address.searchParams.set(name, chosen[name]);
        else address.searchParams.delete(name);
      });
      var next = address.pathname + address.search;
      if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
      return dash.no_update;
    }
  };
})();
