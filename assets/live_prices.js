/* Live prices on the page: quotes come from the socket (or, while it is down, from the API each few seconds), and only
   cells that read differently are written.

   Anything may ask for them:
     data-live-symbol="AAPL" data-live-field="price"            one figure of a symbol
     data-live-portfolio="<id>" data-live-field="value_ccy"     one figure of a portfolio
     data-live-total="USD" data-live-field="value_ccy"          the same of all portfolios in a currency, or, within
     data-live-rates='{"<id>": 1.08}'                           of those named, each brought into it at its rate
     data-live-grid="symbols|holdings|portfolios"               a grid around which it stands, with
     data-live-of="<id>"                                        whose holdings, where the address does not say, and
     data-live-map='{"row field": "live field"}'                which of its fields follow
   Live fields: price, change_frac, change_ccy, previous_close, session of symbols; price, value_ccy, weight_frac,
   drift_frac, unrealized_pnl_ccy, day_pnl_ccy, fx_pnl_ccy, contribution_frac, priced_at, session of holdings;
   value_ccy, day_pnl_ccy, day_frac, fx_pnl_ccy of portfolios,
   and words for what the light says.
   Whoever wants to do more listens to the event qpo:quotes. Stored figures come back when the feed ends. */
(function () {
  "use strict";
  var qpo = window.qpo;
  if (!qpo) return;

  var RECIPES_MS = 60000;
  var SWEEP_MS = 1000;
  var SORT_MS = 2000;
  var QUIET_MS = 30;
  var HEAVY_MS = 60; /* from the first write to the screen that shows it */
  var REST_MAX_MS = 1000;
  var FORMATS = {
    price: ["qpoNumber", 2], previous_close: ["qpoNumber", 2], change_ccy: ["qpoNumber", 2], change_frac: ["qpoSignedPercent"],
    value_ccy: ["qpoMoney"], day_pnl_ccy: ["qpoSignedMoney"], today_ccy: ["qpoSignedMoney"], unrealized_pnl_ccy: ["qpoSignedMoney"], day_frac: ["qpoSignedPercent"], start_ccy: ["qpoMoney"],
    fx_pnl_ccy: ["qpoSignedMoney"], contribution_frac: ["qpoSignedPercent"], priced_at: ["qpoMoment"], weight_frac: ["qpoWeight"], drift_frac: ["qpoSignedPoints"], session: ["qpoDate"]
  };

  var quotes = {};
  var feed = null;
  var recipes = {};
  var recipesAt = -RECIPES_MS;
  var isAsking = false;
  var isPaused = false;
  var frozen = null; // the prices of the moment at which this screen was paused; null while it is not
  var pausedAt = null;
  var isAskingQuotes = false;
  var streamedAt = -1; // when the socket was heard last
  var planned = false;
  var paintedAt = -QUIET_MS;
  var restMs = 0;
  var painted = []; // {node, text, base}: what was written outside of grids, and what stood there
  var sortedAt = {}; // grid id -> when its rows were put in order last
  var gridBases = {}; // grid id -> row id -> field -> {base, value}

  function shown() { return frozen || quotes; }

  function active() { return feed !== null && feed.state !== "off" && Object.keys(shown()).length > 0; }

  function figures() { return qpo.liveFigures(shown(), recipes, feed ? feed.words : ""); }

  /* place: the grid and the column, whose amounts share one number of decimals */
  function format(field, value, place) {
    var rule = FORMATS[field];
    var functions = window.dashAgGridFunctions || {};
    return rule && functions[rule[0]] ? functions[rule[0]](value, rule.length > 1 ? rule[1] : place) : String(value);
  }

  /* a day's result of which the close before is not known is said to be unknown; other figures stay as they are */
  function isTold(field, value) { return value !== undefined && (value !== null || /^(day|today|fx|contribution)_/.test(field)); }

  /* writing: elements */
  function write(node, field, value) {
    var text = format(field, value);
    var entry = node.qpoLive;
    if (!entry || entry.text !== node.textContent) { // new here, or written anew by its page
      if (!entry) painted.push(node);
      entry = node.qpoLive = { base: node.textContent, text: node.textContent, value: undefined };
    }
    if (entry.text === text) {
      entry.value = value;
      return;
    }
    node.textContent = text;
    mark(node, typeof value !== "number" || typeof entry.value !== "number" ? 0 : value - entry.value, field);
    entry.text = text;
    entry.value = value;
    sense(node, field, value, entry);
  }

  function sense(node, field, value, entry) {
    var box = node.closest(".kpi-value, .kpi-change");
    if (!box || !/pnl|change|day_frac/.test(field)) return;
    if (!entry.stood) {
      var stands = box.classList.contains("kpi-change") && box.querySelector("[aria-hidden]");
      entry.stood = { box: box, up: box.classList.contains("is-up"), down: box.classList.contains("is-down"), sign: stands ? stands.textContent : null };
    }
    box.classList.toggle("is-up", value > 0);
    box.classList.toggle("is-down", value < 0);
    var sign = box.classList.contains("kpi-change") && box.querySelector("[aria-hidden]");
    if (sign) sign.textContent = value > 0 ? "\u25b2 " : value < 0 ? "\u25bc " : "";
  }

  /* which way it went: an arrow that stays, and a short flash where motion is welcome */
  function mark(node, step, field) {
    node.classList.add("live-cell");
    if (!step) return; // nothing moved, or it is no number
    node.classList.toggle("live-signed", /Signed/.test((FORMATS[field] || [""])[0])); // its sign says it already
    var way = step > 0 ? "up" : "down";
    var turn = node.classList.contains("live-flash-a") ? "b" : "a"; // another name starts the animation anew
    node.classList.remove("live-up", "live-down", "live-flash-a", "live-flash-b");
    node.classList.add("live-" + way, "live-flash-" + turn);
  }

  function stand(stood) {
    stood.box.classList.toggle("is-up", stood.up);
    stood.box.classList.toggle("is-down", stood.down);
    var sign = stood.box.querySelector("[aria-hidden]");
    if (sign && stood.sign !== null) sign.textContent = stood.sign;
  }

  /* the rates at which the portfolios of a total count: {"<id>": rate} at an element around it */
  function ratesAround(node) {
    var box = node.closest("[data-live-rates]");
    return box ? JSON.parse(box.getAttribute("data-live-rates")) : null;
  }

  function paintElements(totals, now) {
    painted = painted.filter(function (node) { return node.isConnected; });
    document.querySelectorAll("[data-live-field]").forEach(function (node) {
      var field = node.getAttribute("data-live-field");
      var symbol = node.getAttribute("data-live-symbol");
      var portfolio = node.getAttribute("data-live-portfolio");
      var value = symbol !== null ? now.ofSymbol(symbol, field)
        : portfolio !== null ? (totals[portfolio] && totals[portfolio].live ? totals[portfolio][field] : undefined)
        : now.ofTotal(node.getAttribute("data-live-total"), totals, field, ratesAround(node));
      if (isTold(field, value)) write(node, field, value);
    });
  }

  /* writing: grids */
  function gridsOnPage() {
    return Array.prototype.map.call(document.querySelectorAll("[data-live-grid]"), function (box) {
      var body = box.querySelector(".ag-root-wrapper");
      var host = body && body.closest("[id]");
      var api = host && window.dash_ag_grid && window.dash_ag_grid.getApi(host.id);
      return { box: box, id: host && host.id, api: api, kind: box.getAttribute("data-live-grid"), fields: JSON.parse(box.getAttribute("data-live-map") || "{}") };
    }).filter(function (one) { return one.api && !(one.api.isDestroyed && one.api.isDestroyed()); });
  }

  function pageRecipe(box) {
    var named = box.getAttribute("data-live-of");
    if (named) return recipes[named] || null;
    var found = window.location.pathname.match(/^\/portfolios\/([^/]+)/);
    return found ? recipes[decodeURIComponent(found[1])] : null;
  }

  function reader(grid, totals, now) {
    if (grid.kind === "symbols") return function (row, field) { return now.ofSymbol(row.symbol, field); };
    if (grid.kind === "portfolios") return function (row, field) { return totals[row.id] && totals[row.id].live ? totals[row.id][field] : undefined; };
    var recipe = pageRecipe(grid.box);
    if (!recipe) return null;
    var held = {};
    recipe.positions.forEach(function (one) { held[one.asset_id] = one; });
    return function (row, field) { return held[row.id] ? now.ofHolding(recipe, totals[recipe.portfolio_id], held[row.id], field) : undefined; };
  }

  function paintGrid(grid, totals, now) {
    var read = reader(grid, totals, now);
    if (!read) return;
    var names = Object.keys(grid.fields);
    var isMoved = false;
    var bases = (gridBases[grid.id] = gridBases[grid.id] || {});
    grid.api.forEachNode(function (row) {
      if (!row.data) return;
      var kept = (bases[row.id] = bases[row.id] || {});
      var steps = {};
      var next = null;
      names.forEach(function (name) {
        var field = grid.fields[name];
        var value = read(row.data, field);
        var place = { api: grid.api, colDef: { field: name } };
        if (!isTold(field, value)) return;
        var old = row.data[name];
        if (!kept[name] || kept[name].value !== old) kept[name] = { base: old, value: old };
        if (format(field, value, place) === format(field, old, place)) return;
        next = next || Object.assign({}, row.data);
        next[name] = value;
        kept[name].value = value;
        steps[name] = typeof old === "number" && value !== null ? value - old : 0;
      });
      if (next) {
        row.updateData(next);
        markCells(grid, row, steps);
        isMoved = true;
      }
    });
    if (isMoved) sortAnew(grid);
  }

  /* a grid that says so keeps its order by live figures, calmly: rows change places every two seconds at most */
  function sortAnew(grid) {
    if (!grid.box.closest("[data-live-sorted]") || Date.now() - (sortedAt[grid.id] || 0) < SORT_MS) return;
    sortedAt[grid.id] = Date.now();
    grid.api.refreshClientSideRowModel("sort");
  }

  function markCells(grid, row, steps) {
    grid.box.querySelectorAll(".ag-row[row-id='" + window.CSS.escape(row.id) + "'] [col-id]").forEach(function (cell) {
      var name = cell.getAttribute("col-id");
      if (!(name in steps)) return;
      mark(cell, steps[name], grid.fields[name]);
      if (!/Signed/.test((FORMATS[grid.fields[name]] || [""])[0])) return;
      cell.classList.toggle("is-up", row.data[name] > 0);
      cell.classList.toggle("is-down", row.data[name] < 0);
    });
  }

  function restore() {
    painted.forEach(function (node) {
      var entry = node.qpoLive;
      if (entry && node.textContent === entry.text) node.textContent = entry.base;
      if (entry && entry.stood) stand(entry.stood);
      delete node.qpoLive;
    });
    painted = [];
    gridsOnPage().forEach(function (grid) {
      var bases = gridBases[grid.id] || {};
      grid.api.forEachNode(function (row) {
        var kept = row.data && bases[row.id];
        if (!kept) return;
        var next = Object.assign({}, row.data);
        Object.keys(kept).forEach(function (name) { if (row.data[name] === kept[name].value) next[name] = kept[name].base; });
        row.updateData(next);
      });
    });
    gridBases = {};
    document.querySelectorAll(".live-cell").forEach(function (node) {
      node.classList.remove("live-cell", "live-signed", "live-up", "live-down", "live-flash-a", "live-flash-b");
    });
  }

  function paint() {
    planned = false;
    paintedAt = performance.now();
    if (!active() || document.visibilityState === "hidden") return;
    var needs = document.querySelector("[data-live-portfolio], [data-live-total], [data-live-grid='holdings'], [data-live-grid='portfolios']");
    if (needs) askRecipes();
    var now = figures();
    var totals = {};
    Object.keys(recipes).forEach(function (id) { totals[id] = now.ofPortfolio(recipes[id]); });
    paintElements(totals, now);
    gridsOnPage().forEach(function (grid) { paintGrid(grid, totals, now); });
    weigh(paintedAt);
  }

  /* A machine that needs long for one picture gets as much time again for everything else. */
  function weigh(began) {
    window.requestAnimationFrame(function () {
      window.setTimeout(function () {
        var tookMs = performance.now() - began;
        restMs = tookMs > HEAVY_MS ? Math.min(2 * tookMs, REST_MAX_MS) : 0;
      }, 0);
    });
  }

  /* At once after a quiet moment, with the next frame of the screen otherwise. */
  function plan() {
    if (planned) return;
    var since = performance.now() - paintedAt;
    if (since > Math.max(QUIET_MS, restMs)) {
      paint();
      return;
    }
    planned = true;
    if (restMs > since) window.setTimeout(paint, restMs - since);
    else window.requestAnimationFrame(paint);
  }

  /* asking the API */
  function get(path) {
    return window.fetch(path, { credentials: "same-origin", headers: { Accept: "application/json", "X-Background": "1" } })
      .then(function (answer) { return answer.ok ? answer.json() : null; })
      .catch(function () { return null; }); // away; asked again later
  }

  function askRecipes() {
    if (isAsking || Date.now() - recipesAt < RECIPES_MS) return;
    isAsking = true;
    get("/api/v1/live/portfolios").then(function (found) {
      isAsking = false;
      recipesAt = Date.now();
      if (!found) return;
      recipes = {};
      found.portfolios.forEach(function (one) { recipes[one.portfolio_id] = one; });
      plan();
    });
  }

  function hear(data, isWhole) {
    if (data.feed) takeFeed(data.feed);
    if (!data.quotes) return;
    if (isWhole) {
      var had = Object.keys(quotes).length;
      quotes = {};
      if (had && !data.quotes.length) forget(); // another feed begins
    }
    data.quotes.forEach(function (quote) { quotes[quote.symbol] = quote; });
    if (isPaused && frozen === null) freeze();
    window.dispatchEvent(new CustomEvent("qpo:quotes", { detail: { quotes: data.quotes, isReplay: Boolean(data.is_replay), isWhole: isWhole, isPaused: isPaused } }));
    plan();
  }

  /* this screen stands still at the prices of this moment, also on pages that are opened later */
  function freeze() {
    if (!Object.keys(quotes).length) return;
    frozen = Object.assign({}, quotes);
    pausedAt = new Date();
  }

  function forget() {
    quotes = {};
    frozen = null;
    restore();
  }

  function takeFeed(next) {
    var was = feed;
    feed = next;
    if (next.state === "off" && was && was.state !== "off") forget();
    qpo.live.onFeed(next);
  }

  qpo.live = {
    onFeed: function () { return undefined; }, // set by live_screen.js
    quotes: shown,
    rates: function (dateWords) { return active() ? figures().rates(dateWords) : []; },
    isPaused: function () { return isPaused; },
    pausedAt: function () { return isPaused ? pausedAt : null; },
    pause: function (yes) {
      isPaused = yes;
      frozen = null;
      pausedAt = yes ? new Date() : null;
      if (yes) freeze();
      else paint();
    },
    /* the interval path: one question, one answer, painted like a message of the socket, which goes before */
    ask: function () {
      if (isAskingQuotes) return null;
      var began = performance.now();
      isAskingQuotes = true;
      return get("/api/v1/live/quotes").then(function (found) {
        isAskingQuotes = false;
        if (found && streamedAt < began) hear({ quotes: found.quotes, feed: found.feed, is_replay: found.feed.mode === "replay" }, true);
      });
    },
    /* recipes are read anew after the page's figures were */
    forgetPortfolios: function () { recipesAt = -RECIPES_MS; }
  };

  var dash = (window.dash_clientside = window.dash_clientside || {});
  dash.live = {
    ask: function (count) {
      if (count) qpo.live.ask();
      return dash.no_update;
    },
    anew: function () {
      qpo.live.forgetPortfolios();
      plan();
      return dash.no_update;
    }
  };

  window.addEventListener("qpo:stream", function (event) {
    streamedAt = performance.now();
    hear(event.detail.data, event.detail.type === "quotes.snapshot");
  });
  document.addEventListener("visibilitychange", plan);
  window.setInterval(plan, SWEEP_MS);
})();
