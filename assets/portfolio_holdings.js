/* The grid of holdings: contribution and risk beside the rows, sums below them, the columns and the sector that are shown. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  var GRID = "portfolio-holdings", ALWAYS = ["name", "weight_frac", "value_ccy"];
  var SUMMED = ["weight_frac", "target_frac", "drift_frac", "value_ccy", "day_pnl_ccy", "unrealized_pnl_ccy", "contribution_frac", "risk_share_frac"];
  var parts = {}, sector = null, isPlanned = false, last = "";

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
    choose(params.api);
  };
  functions.qpoHoldingsSums = function (params) {
    if (isPlanned) return;
    isPlanned = true;
    last = params.api.getGridOption("pinnedBottomRowData") ? last : "";
    window.requestAnimationFrame(function () { sums(params.api); });
  };

  function choose(api) {
    var now = (api.getFilterModel() || {}).sector;
    if ((now && now.filter) === (sector || undefined)) return;
    api.setColumnFilterModel("sector", sector ? { filterType: "text", type: "equals", filter: sector } : null).then(function () {
      api.onFilterChanged();
      choose(api); /* another may have been chosen meanwhile */
    });
  }

  dash.portfolio_holdings = {
    parts: function (given) {
      var api = grid();
      parts = (given && given.parts) || {};
      if (api) merge(api);
    },
    /* columns(chosen, definitions) -> the definitions, those hidden that were not chosen */
    columns: function (chosen, definitions) {
      var shown = ALWAYS.concat(chosen || []);
      var editing = document.querySelector(".is-editing #" + GRID);
      return (definitions || []).map(function (one) {
        var isShown = shown.indexOf(one.field) >= 0 || (editing && one.field === "quantity");
        return Object.assign({}, one, { hide: !isShown });
      });
    },
    /* sector(chosen) -> [chip hidden, its words] */
    sector: function (chosen) {
      sector = chosen || null;
      remember("sector", sector);
      var api = grid();
      if (api) choose(api);
      return [!sector, sector ? "Sector: " + sector : ""];
    },
    clear: function (clicks) { return clicks ? null : dash.no_update; }
  };
})();
