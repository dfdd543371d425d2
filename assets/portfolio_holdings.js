/* The grid of holdings: contribution and risk beside the rows, sums below them, the columns and the sector that are shown. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  var GRID = "portfolio-holdings", ALWAYS = ["name", "weight_frac", "value_ccy"];
  var SUMMED = ["weight_frac", "target_frac", "drift_frac", "value_ccy", "day_pnl_ccy", "unrealized_pnl_ccy", "contribution_frac", "risk_share_frac"];
  var parts = {}, sector = null, narrowed = {}, isPlanned = false, last = "", keeper = {};

  function grid() {
    var api = document.getElementById(GRID) && window.dash_ag_grid && window.dash_ag_grid.getApi(GRID);
    return api && !(api.isDestroyed && api.isDestroyed()) ? api : null;
  }

  function remember(name, value) {
    var address = new URL(window.location.href);
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
    window.history.replaceState(window.history.state, "", address.pathname + address.search);
  }

  /* what came apart from the rows is set into them, once */
  function merge(api) {
    var update = [];
    api.forEachNode(function (node) {
      var data = node.data, part = data && parts[data.name];
      if (!part || data.parts_of === part) return;
      data.contribution_frac = part[0];
      data.risk_share_frac = part[1];
      data.price_age_days = part[2];
      data.parts_of = part;
      update.push(data);
    });
    if (update.length) api.applyTransaction({ update: update });
  }

  function total(nodes, field) {
    var known = nodes.map(function (data) { return data[field]; }).filter(function (value) { return value !== null && value !== undefined && value !== ""; });
    return known.length ? known.reduce(function (sum, value) { return sum + Number(value); }, 0) : null;
  }

  function sums(api) {
    isPlanned = false;
    if (api.isDestroyed && api.isDestroyed()) return;
    var rows = [], all = 0;
    api.forEachNode(function (node) { if (node.data) all += 1; });
    api.forEachNodeAfterFilter(function (node) { if (node.data) rows.push(node.data); });
    var made = [];
    var sum = { id: "sum", name: rows.length === all ? "Total" : rows.length + " of " + all + " shown" };
    SUMMED.forEach(function (field) { sum[field] = total(rows, field); });
    var basis = window.qpo.whatIf && window.qpo.whatIf.basis();
    if (rows.length === all && all && basis && basis.value_ccy && sum.value_ccy !== null) {
      var cash = basis.value_ccy - sum.value_ccy;
      made.push({ id: "cash", name: "Cash", note: cash < 0 ? "Short: more is bought than there is cash" : null, value_ccy: cash, weight_frac: cash / basis.value_ccy });
      sum.value_ccy = basis.value_ccy;
      sum.weight_frac = 1;
    }
    if (all) made.push(sum);
    var text = JSON.stringify(made);
    if (text === last) return;
    last = text;
    api.setGridOption("pinnedBottomRowData", made);
  }

  functions.qpoHoldingsRows = function (params) {
    merge(params.api);
    window.qpo.whatIf.rows();
    narrow(params.api);
  };
  functions.qpoHoldingsSums = function (params) {
    if (isPlanned) return;
    isPlanned = true;
    last = params.api.getGridOption("pinnedBottomRowData") ? last : "";
    window.requestAnimationFrame(function () { sums(params.api); });
  };

  /* The sector narrows the grid from outside. A filter of its column would not do: the grid's component applies its own
     events again, late, and brought a filter back that had just been taken away. */
  functions.qpoHoldingsAreNarrowed = function () { return sector !== null; };
  functions.qpoHoldingsPass = function (node) { return sector === null || Boolean(node.data) && node.data.sector === sector; };

  function narrow(api) {
    if (narrowed.api === api && narrowed.to === sector) return;
    narrowed = { api: api, to: sector };
    api.onFilterChanged();
  }

  /* the order of a person; what it does not name stands behind what stands before it in the order as it came */
  function placed(order, fields) {
    var made = order.filter(function (one) { return fields.indexOf(one) >= 0; });
    fields.forEach(function (one, at) {
      if (made.indexOf(one) >= 0) return;
      made.splice(at ? made.indexOf(fields[at - 1]) + 1 : 0, 0, one);
    });
    return made;
  }

  /* a header that was dragged, or moved by Shift and an arrow, and has come to rest */
  functions.qpoHoldingsMoved = function (params) {
    if (!params.finished || params.source !== "uiColumnMoved") return;
    var order = params.api.getAllGridColumns().map(function (one) { return one.getColId(); });
    dash.set_props("portfolio-columns-order", { data: order.filter(function (one) { return one.indexOf("ag-Grid") !== 0; }) });
  };

  dash.portfolio_holdings = {
    parts: function (given) {
      var api = grid();
      parts = (given && given.parts) || {};
      if (api) merge(api);
    },
    /* columns(chosen, order, definitions) -> the definitions in that order, those hidden that were not chosen */
    columns: function (chosen, order, definitions) {
      var shown = ALWAYS.concat(chosen || []);
      var editing = document.querySelector(".is-editing #" + GRID);
      var place = placed(order || [], (definitions || []).map(function (one) { return one.field; }));
      return (definitions || []).map(function (one) {
        var isShown = shown.indexOf(one.field) >= 0 || (editing && one.field === "quantity");
        return Object.assign({}, one, { hide: !isShown });
      }).sort(function (a, b) { return place.indexOf(a.field) - place.indexOf(b.field); });
    },
    /* toKeep(chosen, order, whether the server is at one, as kept) -> the choice to hand in: two at once could be kept
       in either order, so the later one waits for the answer to the one before; a refused one is not handed in again */
    toKeep: function (chosen, order, isKeeping, kept) {
      var told = (dash.callback_context.triggered || []).map(function (each) { return each.prop_id; });
      var here = document.getElementById("portfolio-columns");
      if (here !== keeper.page) keeper = { page: here, isAway: false, given: "" };
      if (told.indexOf("portfolio-columns-kept.data") >= 0) keeper.given = "";
      if (told.indexOf("portfolio-columns-keeping.data") >= 0) keeper.isAway = !!isKeeping;
      if (!kept || keeper.isAway) return dash.no_update;
      var choice = { shown: (chosen || []).slice().sort(), order: order || [] }, text = JSON.stringify(choice);
      if (text === keeper.given || text === JSON.stringify({ shown: kept.shown, order: kept.order })) return dash.no_update;
      keeper = { page: here, isAway: true, given: text };
      return choice;
    },
    /* move(earlier clicks, later clicks, column, chosen, definitions) -> the order with the column one shown place further */
    move: function (_earlier, _later, moved, chosen, definitions) {
      var one = (dash.callback_context.triggered || []).filter(function (each) { return each.value; })[0];
      if (!one) return dash.no_update;
      var order = (definitions || []).map(function (each) { return each.field; });
      var shown = order.filter(function (each) { return each !== "name" && (each === moved || ALWAYS.concat(chosen || []).indexOf(each) >= 0); });
      var beside = shown[shown.indexOf(moved) + (one.prop_id.indexOf("earlier") > 0 ? -1 : 1)];
      if (!beside) return dash.no_update;
      var rest = order.filter(function (each) { return each !== moved; });
      rest.splice(rest.indexOf(beside) + (one.prop_id.indexOf("earlier") > 0 ? 0 : 1), 0, moved);
      return rest;
    },
    /* sector(chosen) -> [chip hidden, its words] */
    sector: function (chosen) {
      sector = chosen || null;
      remember("sector", sector);
      var api = grid();
      if (api) narrow(api);
      return [!sector, sector ? "Sector: " + sector : ""];
    },
    clear: function (clicks) { return clicks ? null : dash.no_update; }
  };
})();
