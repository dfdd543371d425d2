/* What the page of risk does in the browser alone: the whole view in the address, tabs, and what was chosen in a chart. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var USUAL = { portfolio: "", tab: "sources", measure: "volatility", by: "asset", scope: "total", level: "95", horizon: "1", method: "lead", group: "sector", pick: "", factors: "", speed: "20", rolled: "volatility" };
  var PANELS = ["sources", "losses", "structure"];

  function write(view) {
    var address = new URL(window.location.href);
    Object.keys(view).forEach(function (name) {
      if (!view[name] || view[name] === USUAL[name]) address.searchParams.delete(name);
      else address.searchParams.set(name, view[name]);
    });
    var next = address.pathname + address.search;
    if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
  }

  function said(pick) {
    var write = window.dashAgGridFunctions;
    if (pick.indexOf("day:") === 0) return write.qpoDate(pick.slice(4));
    if (pick.indexOf("range:") === 0) {
      return "returns of " + pick.slice(6).split("/").map(function (edge) { return write.qpoPercent(Number(edge)); }).join(" to ");
    }
    return pick.indexOf("sold:") === 0 ? "not sold within " + pick.slice(5) + (pick === "sold:1" ? " day" : " days") : pick;
  }

  /* a name is chosen, and once more taken back; a method becomes that of the page */
  document.addEventListener("qpo-choose", function (event) {
    if (window.location.pathname !== "/risk") return;
    var key = event.detail;
    if (key.indexOf("method:") === 0) {
      dash.set_props("risk-method", { value: key.slice(7) });
      return;
    }
    var known = new URL(window.location.href).searchParams.get("pick") || "";
    dash.set_props("risk-pick", { data: known === key ? "" : key });
  });

  /* What was refused is seen: the first wrong field takes the focus, anything else is scrolled to beside the buttons. */
  function showRefusal(dialog) {
    var wrong = Array.prototype.find.call(dialog.querySelectorAll(".field-error"), function (one) { return one.textContent; });
    var control = wrong && wrong.closest(".field").querySelector("input, select");
    var shown = control || dialog.querySelector("#risk-editor-errors .problem");
    if (!shown) return false;
    if (control) control.focus({ preventScroll: true });
    shown.scrollIntoView({ block: "center" });
    return true;
  }

  document.addEventListener("click", function (event) {
    var dialog = event.target.closest && event.target.closest("#risk-editor-save") && document.getElementById("risk-editor-dialog");
    if (!dialog) return;
    var watch = new MutationObserver(function () { if (showRefusal(dialog)) watch.disconnect(); });
    watch.observe(dialog, { childList: true, characterData: true, subtree: true });
    window.setTimeout(function () { // the same refusal once more changes nothing that could be watched
      watch.disconnect();
      if (dialog.classList.contains("is-open")) showRefusal(dialog);
    }, 2000);
  });

  dash.risk = {
    /* view(…controls, pick, view) -> view; another portfolio ends what was chosen */
    view: function (portfolio, measure, by, scope, level, horizon, method, group, factors, speed, rolled, pick, view) {
      var next = Object.assign({}, view, {
        portfolio: portfolio || view.portfolio, measure: measure, by: by, scope: scope, level: level, horizon: horizon,
        method: method || "lead", group: group, factors: (factors || []).join(","), speed: speed, rolled: rolled, pick: pick || ""
      });
      if (view.portfolio && next.portfolio !== view.portfolio) {
        next.pick = "";
        dash.set_props("risk-pick", { data: "" });
      }
      var isNew = Object.keys(next).some(function (name) { return next[name] !== view[name]; });
      if (!isNew) return dash.no_update;
      var shown = Object.assign({}, next);
      delete shown.tab; // the tab that is open wrote itself into the address
      write(shown);
      return next;
    },
    /* tab(active) -> hidden for each panel; a chart that was drawn while hidden learns its size */
    tab: function (active) {
      write({ tab: active });
      window.setTimeout(function () { window.dispatchEvent(new Event("resize")); }, 0);
      return PANELS.map(function (panel) { return panel !== active; });
    },
    /* unpick(clicks) -> nothing is chosen any more */
    unpick: function (clicks) { return clicks ? "" : dash.no_update; },
    /* chosen(view) -> [is there no chip, its words] */
    chosen: function (view) {
      return [!view.pick, view.pick ? "Chosen: " + said(view.pick) + "  ✕" : ""];
    }
  };
})();
