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

  function named(given) {
    if (!given) return "";
    var point = (given.points || [])[0];
    return point && typeof point.y === "string" ? point.y : "";
  }

  /* The name in a row of a table, of the id of its button. */
  function inRow(prop) {
    if (prop.charAt(0) !== "{") return "";
    var index = JSON.parse(prop.slice(0, prop.lastIndexOf("."))).index;
    return index.slice(index.indexOf(":") + 1);
  }

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
    /* pick(…clicks, view) -> name of what was chosen; the same once more, or the chip, takes it back */
    pick: function (sources, correlations, concentration, clear, rows, view) {
      var asked = (dash.callback_context.triggered || [])[0];
      if (!asked || !asked.value) return dash.no_update;
      if (/^risk-chosen-clear/.test(asked.prop_id)) return "";
      var name = inRow(asked.prop_id) || named(asked.value);
      if (!name) return dash.no_update;
      return name === view.pick ? "" : name;
    },
    /* chosen(view) -> [is there no chip, its words] */
    chosen: function (view) {
      return [!view.pick, view.pick ? "Chosen: " + view.pick + "  ✕" : ""];
    }
  };
})();
