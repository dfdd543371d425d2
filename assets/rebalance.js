/* The page of trades towards a target in the browser alone: what lies ahead on the way while the slider is dragged, cells
   of the trade list, and the view in the address. */
(function () {
  "use strict";
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  var dash = (window.dash_clientside = window.dash_clientside || {});

  functions.qpoTradeOpen = function (params) { return !!(params.data && params.data.open); };
  functions.qpoTradeUnits = function (params) {
    var number = Number(params.value);
    return params.value === null || params.value === "" ? "" : isNaN(number) ? String(params.value) : functions.qpoShares(params.value);
  };

  /* as USUAL in components/rebalance_layout.py, in the order of the form */
  var USUAL = [
    ["part", "100"], ["band", "0"], ["goal", "target"], ["cash", "0"], ["least", ""], ["lot", "1"], ["keep", ""],
    ["commission", ""], ["rate", ""], ["spread", "0.1"], ["impact", "0"]
  ];

  function between(points, part) {
    var after = points.findIndex(function (one) { return one.part >= part - 1e-9; });
    if (after <= 0) return points[Math.max(after, 0)];
    var low = points[after - 1], high = points[after], share = (part - low.part) / (high.part - low.part), made = {};
    Object.keys(high).forEach(function (name) {
      made[name] = typeof high[name] === "number" && low[name] !== null ? low[name] + share * (high[name] - low[name]) : high[name];
    });
    return made;
  }

  function line(label, text) {
    return { namespace: "dash_html_components", type: "Div", props: { children: [
      { namespace: "dash_html_components", type: "Span", props: { children: label, className: "rebalance-ahead-name" } },
      { namespace: "dash_html_components", type: "Span", props: { children: text, className: "num" } }
    ] } };
  }

  dash.rebalance = {
    /* ahead(dragged, chosen, points) -> the figures at the place of the slider; the server answers when it is let go */
    ahead: function (dragged, chosen, points) {
      if (!points || !points.length) return window.dash_clientside.no_update;
      var ids = (window.dash_clientside.callback_context.triggered || []).map(function (one) { return one.prop_id; });
      var isDrag = ids.some(function (one) { return one.indexOf("drag_value") > 0; });
      var place = isDrag && typeof dragged === "number" ? dragged : chosen;
      var at = between(points, (typeof place === "number" ? place : 100) / 100);
      var money = { data: { currency: at.currency } };
      return [
        line("Distance left", functions.qpoPercent(at.away)),
        line("Volatility", functions.qpoPercent(at.risk)),
        line("Cost", functions.qpoMoney(at.cost, money) + " " + at.currency),
        line("Turnover", functions.qpoWeight(at.turnover)),
        line("Cash left", functions.qpoMoney(at.cash, money) + " " + at.currency)
      ];
    },
    /* address(portfolio, source, proposal, part, the fields of the form) -> nothing; the address keeps them. Fields say
       themselves where they differ from what they say without; of a proposal they stand in the proposal. */
    address: function (portfolio, source, proposal) {
      var typed = Array.prototype.slice.call(arguments, 3);
      if (window.location.pathname !== "/rebalance") return;
      var address = new URL(window.location.href), parts = String(source || "").split(":");
      var words = {
        portfolio: portfolio, proposal: proposal && proposal.id,
        run: parts[0] === "run" ? parts[1] : "", wish: parts[0] === "wish" ? parts[1] : ""
      };
      USUAL.forEach(function (one, place) {
        var value = typed[place] === true ? "1" : typed[place] === false || typed[place] === null || typed[place] === undefined ? "" : String(typed[place]);
        words[one[0]] = proposal || value === one[1] ? "" : value;
      });
      Object.keys(words).forEach(function (name) {
        if (words[name]) address.searchParams.set(name, words[name]);
        else address.searchParams.delete(name);
      });
      var next = address.pathname + address.search;
      if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
    }
  };
})();
