/* What the page of stress tests does in the browser alone: the whole view in the address, and the scenario looked at. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var USUAL = { portfolio: "", group: "historic", scenario: "", mode: "buy_and_hold", tab: "results", kind: "moves", others: "follow", loss: "20", basis: "factors", limit: "25", turnover: "30", hedge: "yes", which: "historic", way: "both", method: "t_copula", days: "10", broken: "toward_one", strength: "0.5", part: "20", within: "5" };
  var FACTORS = ["equity", "rates", "credit", "volatility", "oil", "usd"];
  var PANELS = ["results", "builder", "chance", "repair"];

  function asked(names) {
    return function (clicks) {
      if (!clicks) return dash.no_update;
      var typed = Array.prototype.slice.call(arguments, 1);
      var next = {};
      names.forEach(function (name, place) { next[name] = String(typed[place] === null || typed[place] === undefined ? "" : typed[place]); });
      write(next);
      next.count = clicks;
      return next;
    };
  }

  function write(view) {
    if (window.location.pathname !== "/stress") return;
    var address = new URL(window.location.href);
    Object.keys(view).forEach(function (name) {
      if (!view[name] || view[name] === USUAL[name]) address.searchParams.delete(name);
      else address.searchParams.set(name, view[name]);
    });
    var next = address.pathname + address.search;
    if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
  }

  function press(key) {
    document.querySelectorAll("[data-stress-card]").forEach(function (card) {
      card.setAttribute("aria-pressed", card.getAttribute("data-stress-card") === key ? "true" : "false");
    });
  }

  function differ(one, other) {
    return Object.keys(one).some(function (name) { return one[name] !== other[name]; });
  }

  dash.stress = {
    /* view(portfolio, group, view) -> view */
    view: function (portfolio, group, view) {
      var next = { portfolio: portfolio || view.portfolio, group: group };
      if (!differ(next, view)) return dash.no_update;
      write(next);
      return next;
    },
    /* pick(cards, click in the chart, mode, portfolio, pick) -> pick; a chart that is drawn anew chooses nothing */
    pick: function (cards, click, mode, portfolio, pick) {
      var next = Object.assign({}, pick, { mode: mode, portfolio: portfolio || pick.portfolio });
      (dash.callback_context.triggered || []).forEach(function (one) {
        if (one.prop_id.indexOf("stress-bars-chart") === 0 && click && click.points && click.points.length) {
          var data = click.points[0].customdata;
          if (data && data[0]) next.scenario = data[0];
        } else if (one.prop_id.indexOf("{") === 0 && one.value) {
          next.scenario = JSON.parse(one.prop_id.slice(0, one.prop_id.lastIndexOf("."))).index;
        }
      });
      if (!differ(next, pick)) return dash.no_update;
      write(next);
      press(next.scenario);
      return next;
    },
    /* build(clicks, equity, rates, credit, volatility, oil, usd, kind, others, start, end) -> what was stated, as typed */
    build: function (clicks) {
      if (!clicks) return dash.no_update;
      var typed = Array.prototype.slice.call(arguments, 1);
      var next = {};
      FACTORS.concat(["kind", "others", "start", "end"]).forEach(function (name, place) { next[name] = typed[place] || ""; });
      write(next);
      next.count = clicks;
      return next;
    },
    reverse: asked(["loss", "basis"]),
    repair: asked(["limit", "turnover", "hedge", "which"]),
    chance: asked(["method", "days"]),
    redeem: asked(["part", "within"]),
    /* note(way, kind and strength of the breakdown) -> nothing; they stand in the address */
    note: function (way, broken, strength) { write({ way: way, broken: broken, strength: strength }); },
    /* kind(kind) -> moves hidden, days hidden */
    kind: function (kind) { return [kind === "days", kind !== "days"]; },
    /* tab(active) -> hidden for each panel; a chart that was drawn while hidden learns its size */
    tab: function (active) {
      write({ tab: active });
      window.setTimeout(function () { window.dispatchEvent(new Event("resize")); }, 0);
      return PANELS.map(function (panel) { return panel !== active; });
    },
    /* keep(pick) -> nothing; the scenario that the server chose stands in the address too */
    keep: function (pick) {
      if (pick) { write(pick); press(pick.scenario); }
    }
  };
})();
