/* What is pressed on the dashboard: bars that narrow the page down and open what they stand for, crosses that take that
   back, deeds of the day, rows on narrow screens; and the day read anew while prices move. All of it stands in the address. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  var TABLE = "home-table";
  var KINDS = ["currency", "sector", "symbol"];
  var MOVED_MS = 3000;
  var DOUBLE_MS = 250;
  var WIDEST_PX = 1160;
  var WIDE_PX = 860; /* as in components/board_layout.py */

  var movedAt = -MOVED_MS;
  var waiting = null;
  var first = { at: -1000, line: null };

  function go(href) {
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function remember(next) {
    var address = new URL(window.location.href);
    KINDS.forEach(function (kind) {
      if (next[kind]) address.searchParams.set(kind, next[kind]);
      else address.searchParams.delete(kind);
    });
    var path = address.pathname + address.search;
    if (path !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", path);
  }

  /* what the page is narrowed down to, as the store of the home page holds it */
  function view() {
    var store = window.dash_component_api && window.dash_component_api.getLayout("home-view");
    return (store && store.props && store.props.data) || null;
  }

  function narrow(kind, value) {
    var now = view();
    if (!now) return;
    var next = Object.assign({}, now);
    next[kind] = next[kind] === value ? null : value;
    if (kind === "sector") next.symbol = null;
    remember(next);
    dash.set_props("home-view", { data: next });
    part(0);
  }

  /* the part of a portfolio that a filter lets through has a column while there is one; a table that is still to come is waited for */
  var hasPart = false;
  function part(tries) {
    var now = view();
    var wanted = Boolean(now && (now.sector || now.symbol));
    if (!wanted && !hasPart) return;
    if (!document.getElementById("board-box")) {
      hasPart = false; // the page was left
      return;
    }
    var host = document.getElementById(TABLE);
    if (!host || !host.querySelector(".ag-root-wrapper")) {
      if ((tries || 0) < 20) window.setTimeout(function () { part((tries || 0) + 1); }, 250);
      return;
    }
    var api = window.dash_ag_grid.getApi(TABLE);
    if (!api || (api.isDestroyed && api.isDestroyed())) return;
    api.setColumnsVisible(["share_frac"], wanted);
    api.setColumnsVisible(["sparkline"], !wanted && host.clientWidth >= WIDEST_PX); // whose place it takes
    hasPart = wanted;
  }

  /* one click narrows down, two open: the first waits for the second only where there is something to open */
  document.addEventListener("click", function (event) {
    if (!event.target.closest) return;
    var cross = event.target.closest("[data-board-clear]");
    if (cross) return narrow(cross.getAttribute("data-board-clear"), null);
    var deed = event.target.closest("[data-board-deed]");
    if (deed) {
      var choice = document.getElementById("board-actions-portfolio");
      if (choice && choice.value) go(deed.getAttribute("data-board-deed").replace("{}", encodeURIComponent(choice.value)));
      return undefined;
    }
    var line = event.target.closest("[data-board-filter]");
    if (!line) return undefined;
    var href = line.getAttribute("data-board-open");
    var kind = line.getAttribute("data-board-filter");
    var value = line.getAttribute("data-board-value");
    var now = performance.now();
    if (href && first.line === value && now - first.at < DOUBLE_MS) {
      window.clearTimeout(waiting);
      return go(href);
    }
    first = { at: now, line: value };
    window.clearTimeout(waiting);
    waiting = window.setTimeout(function () { narrow(kind, value); }, href ? DOUBLE_MS : 0);
    return undefined;
  });
  document.addEventListener("keydown", function (event) {
    var line = event.target.closest && event.target.closest("button[data-board-open]");
    if (!line || event.key !== "Enter") return;
    event.preventDefault();
    go(line.getAttribute("data-board-open"));
  });

  /* the day is told anew at most each three seconds while prices move this page */
  /* columns fit the width that the card has now: the table may have been drawn before its card stood */
  function fit() {
    var host = document.getElementById(TABLE);
    if (!host || !host.querySelector(".ag-root-wrapper")) return;
    var api = window.dash_ag_grid.getApi(TABLE);
    if (!api || (api.isDestroyed && api.isDestroyed())) return;
    window.dashAgGridFunctions.qpoFit({ api: api, clientWidth: host.clientWidth });
    part(0); // which column has left for another is no question of width
  }
  window.addEventListener("qpo:board", function () {
    part(0);
    window.setTimeout(fit, 50);
    window.setTimeout(fit, 600);
  });
  window.addEventListener("qpo:quotes", function (event) {
    var now = performance.now();
    if (event.detail.isPaused || document.hidden || now - movedAt < MOVED_MS || !document.getElementById("board-today")) return;
    movedAt = now;
    dash.set_props("board-moved", { data: Math.round(now) });
  });

  /* a person chooses a currency; what the server offers is no choice */
  document.addEventListener("change", function (event) {
    if (event.target.id !== "board-currency" || !event.target.value) return;
    var now = view();
    if (!now || now.currency === event.target.value) return;
    var next = Object.assign({}, now, { currency: event.target.value });
    remember(next);
    dash.set_props("home-view", { data: next });
  });

  /* renderers of the table */
  function make(name, properties) {
    return window.React.createElement.apply(null, [name, properties].concat(Array.prototype.slice.call(arguments, 2)));
  }
  function light(state, words) {
    return make("span", { className: "light light-" + state },
      make("span", { className: "light-shape", "aria-hidden": "true" }), make("span", { className: "light-word" }, words));
  }
  function count(number, words) { return number + " " + words + (number === 1 ? "" : "s"); }

  var RULES = { passed: ["ok", "Rules kept"], warning: ["amber", "Rule warning"], failed: ["red", ""], indeterminate: ["none", "Not judged"], unchecked: ["none", "Not checked"] };

  /* two lights: limits on holdings and on risk, and rules of compliance */
  components.qpoStanding = function (props) {
    var row = props.data || {};
    var broken = props.value;
    var limits = broken ? light("red", count(broken, "limit") + " broken")
      : light(row.limit_light || "none", row.limit_light === "amber" ? "Near limit" : row.limit_light === "ok" ? "In limits" : "Not checked");
    var rule = RULES[row.rules];
    var rules = rule ? light(rule[0], rule[1] || count(row.rules_broken_count, "rule") + " broken") : null;
    return make("div", { className: "board-lights" }, limits, rules);
  };

  /* how much of the limit is used that is used most, as a bar whose end is the limit */
  components.qpoUsed = function (props) {
    var value = props.value;
    if (value === null || value === undefined) return "\u2014";
    var row = props.data || {};
    var words = window.dashAgGridFunctions.qpoPercent(value).replace(/[.,]\d+%$/, "%");
    return make("div", { className: "board-used num", title: row.limit_name || null },
      make("span", null, words),
      make("span", { className: "board-used-track", "aria-hidden": "true" },
        make("i", { className: "board-used-" + (row.limit_light || "none"), style: { width: Math.min(100, value * 100) + "%" } })));
  };

  /* deeds of a row as small buttons with a name each; a sheet of all figures where columns have left */
  components.qpoDeeds = function (props) {
    var name = (props.data && props.data.name) || "";
    var isTouched = window.matchMedia("(pointer: coarse)").matches; /* larger buttons: what is left out stands on the portfolio's page */
    var items = (props.value || []).slice(0, isTouched ? 3 : undefined).map(function (item, index) {
      var label = item.text + " " + name;
      var shown = make("i", { className: "bi bi-" + item.glyph, "aria-hidden": "true" });
      var given = { key: index, className: "btn-q btn-q-quiet btn-q-small board-deed", "aria-label": label, title: item.text };
      if (!item.href) return make("button", Object.assign(given, { type: "button", onClick: function () { props.setData({ act: item.act, at: Date.now() }); } }), shown);
      return make("a", Object.assign(given, {
        href: item.href,
        onClick: function (event) {
          if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
          event.preventDefault();
          go(item.href);
        }
      }), shown);
    });
    return make("div", { className: "board-row-deeds" }, items);
  };

  var SHEET = [
    ["Value", "value_ccy", "qpoMoney"], ["Day", "day_pnl_ccy", "qpoSignedMoney"], ["Month to date", "return_mtd_frac", "qpoSignedPercent"],
    ["Year to date", "return_ytd_frac", "qpoSignedPercent"], ["Against its benchmark", "active_ytd_frac", "qpoSignedPoints"],
    ["One year", "return_1y_frac", "qpoSignedPercent"], ["Volatility", "volatility_frac", "qpoPercent"],
    ["Limit used most", "limit_used_frac", "qpoPercent"], ["Drift from the target", "drift_frac", "qpoWeight"], ["As of", "as_of", "qpoDate"]
  ];

  function sheet(row) {
    var body = document.getElementById("board-sheet-body");
    var title = document.getElementById("board-sheet-title");
    if (!body || !title) return false;
    title.textContent = row.name;
    body.textContent = "";
    var list = document.createElement("dl");
    list.className = "facts";
    SHEET.forEach(function (line) {
      var term = document.createElement("dt");
      var figure = document.createElement("dd");
      term.textContent = line[0];
      figure.textContent = window.dashAgGridFunctions[line[2]](row[line[1]]);
      list.appendChild(term);
      list.appendChild(figure);
    });
    body.appendChild(list);
    document.getElementById("board-sheet").qpoHref = row.href;
    dash.set_props("board-sheet", { className: "dialog is-open" });
    return true;
  }

  dash.board = Object.assign(dash.board || {}, {
    /* row(cell) opens the portfolio, or the sheet of its figures where the table has no room for them */
    row: function (cell) {
      if (!cell || !cell.rowId || cell.colId === "actions" || cell.colId === "name") return;
      var api = window.dash_ag_grid.getApi(TABLE);
      var node = api && api.getRowNode(cell.rowId);
      var host = document.getElementById(TABLE);
      if (node && host && host.clientWidth < WIDE_PX && sheet(node.data)) return;
      go("/portfolios/" + cell.rowId);
    },
    /* sheet(open clicks, close clicks) -> class of the closed sheet; open goes to the portfolio */
    sheet: function () {
      var one = ((dash.callback_context && dash.callback_context.triggered) || []).filter(function (each) { return each.value; })[0];
      if (!one) return dash.no_update;
      if (one.prop_id.indexOf("board-sheet-open") === 0) go(document.getElementById("board-sheet").qpoHref);
      return "dialog";
    }
  });
})();
