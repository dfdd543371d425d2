/* Edits on paper in the grid of holdings: what is typed, undo and redo, and the rows as they would be.
   The server is asked after each edit; only its answer is told in the bar. Nothing here is booked. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  var GRID = "portfolio-holdings", BAR = "portfolio-what-if", KEPT = 60, PAUSE_MS = 200;
  var FIELDS = { weight_frac: "weight", value_ccy: "value", quantity: "quantity" };
  var state = fresh(null);

  function fresh(portfolio) {
    return { portfolio: portfolio, on: false, now: {}, past: [], future: [], basis: null, seen: {}, stamp: 0, timer: null, isTold: false };
  }

  function portfolioOf() {
    var found = window.location.pathname.match(/^\/portfolios\/([^/]+)/);
    return found ? decodeURIComponent(found[1]) : null;
  }

  function grid() {
    var api = document.getElementById(GRID) && window.dash_ag_grid && window.dash_ag_grid.getApi(GRID);
    return api && !(api.isDestroyed && api.isDestroyed()) ? api : null;
  }

  /* keeping: what was typed stays while the page is left and comes back */
  function place() { return "qpo-what-if:" + state.portfolio; }
  function save() {
    try {
      if (!state.on && !count(state.now)) window.sessionStorage.removeItem(place());
      else window.sessionStorage.setItem(place(), JSON.stringify({ on: state.on, now: state.now, past: state.past, future: state.future }));
    } catch (refused) { /* a browser that keeps nothing still edits */ }
  }
  function enter() {
    var portfolio = portfolioOf();
    if (portfolio === null || portfolio === state.portfolio) return;
    state = fresh(portfolio);
    try {
      var kept = JSON.parse(window.sessionStorage.getItem(place()) || "null");
      if (kept) ["on", "now", "past", "future"].forEach(function (name) { state[name] = kept[name]; });
    } catch (refused) { /* as above */ }
  }

  function count(edits) { return Object.keys(edits).length; }
  /* what could not be read has a place of its own: the answer to an edit before it does not take it away */
  function say(words) {
    if (!words && !state.isTold) return;
    state.isTold = Boolean(words);
    dash.set_props(BAR + "-typed", { children: words || null });
    buttons();
  }
  function hush() {
    dash.set_props(BAR + "-problem", { children: null });
    say(null);
  }

  /* asking */
  function listed() {
    return Object.keys(state.now).map(function (symbol) {
      var edit = state.now[symbol];
      var made = { symbol: symbol, by: edit.by };
      made[edit.field] = edit.field === "weight_frac" ? edit.value : String(edit.value);
      return made;
    });
  }
  function ask(isAfterRefusal) {
    window.clearTimeout(state.timer);
    var bar = document.getElementById(BAR);
    if (bar) bar.classList.add("is-busy");
    state.timer = window.setTimeout(function () {
      var data = { edits: listed(), at: Date.now() };
      if (isAfterRefusal) data.is_after_refusal = true; /* what was refused stays told */
      dash.set_props(BAR + "-edits", { data: data });
    }, PAUSE_MS);
  }

  function change(next) {
    state.past.push(state.now);
    if (state.past.length > KEPT) state.past.shift();
    state.now = next;
    state.future = [];
    settle();
  }
  function settle() {
    state.stamp += 1;
    hush();
    save();
    dress();
    buttons();
    ask();
  }
  /* what is no asset that can be held never was an edit: nothing leads back to it */
  function forget(symbols) {
    function without(edits) {
      var left = Object.assign({}, edits);
      symbols.forEach(function (name) { delete left[name]; });
      return left;
    }
    state.now = without(state.now);
    state.past = state.past.map(without);
    state.future = state.future.map(without);
    while (state.past.length && JSON.stringify(state.past[state.past.length - 1]) === JSON.stringify(state.now)) state.past.pop();
    state.stamp += 1;
    state.isTold = true; // the refusal stands until something else is typed, or it is discarded
    save();
    dress();
    buttons();
    ask(true);
  }
  function step(from, to) {
    if (!from.length) return;
    to.push(state.now);
    state.now = from.pop();
    settle();
  }

  function buttons() {
    var none = !count(state.now);
    var off = { undo: !state.past.length, redo: !state.future.length, discard: none && !state.isTold, rest: none, keep: none, rebalance: none };
    Object.keys(off).forEach(function (name) { dash.set_props(BAR + "-" + name, { disabled: off[name] }); });
  }

  /* showing: each row keeps what it was, and is drawn anew from it */
  function restored(data) {
    if (!data.base) data.base = { weight_frac: data.weight_frac, value_ccy: data.value_ccy, quantity: data.quantity, drift_frac: data.drift_frac };
    Object.keys(data.base).forEach(function (name) { data[name] = data.base[name]; });
    delete data.edited;
    delete data.edited_field;
    return data;
  }
  function unitOf(data) {
    return Number(data.base.quantity) ? Number(data.base.value_ccy) / Number(data.base.quantity) : data.unit || null;
  }
  function edited(data, edit) {
    var total = state.basis && state.basis.value_ccy;
    var unit = unitOf(data);
    var value = edit.field === "value_ccy" ? edit.value : edit.field === "weight_frac" ? edit.value * total : unit === null ? null : edit.value * unit;
    data.value_ccy = value;
    data.weight_frac = edit.field === "weight_frac" ? edit.value : value === null || !total ? null : value / total;
    data.quantity = edit.field === "quantity" ? edit.value : unit && value !== null ? value / unit : null;
    data.drift_frac = data.target_frac === null || data.target_frac === undefined || data.weight_frac === null ? null : data.weight_frac - data.target_frac;
    data.edited = edit.by;
    data.edited_field = edit.field;
  }
  function absent(symbol) {
    var known = state.seen[symbol] || {};
    return {
      id: "new:" + symbol, name: symbol, note: known.name || "Not held", sector: known.sector || null, unit: known.price_ccy || null, target_frac: null,
      weight_frac: 0, value_ccy: 0, quantity: 0, drift_frac: null, day_pnl_ccy: null, unrealized_pnl_ccy: null, price: known.price_ccy || null, is_added: true
    };
  }
  function dress() {
    var api = grid();
    if (!api) return;
    var update = [], remove = [], add = [], there = {};
    api.forEachNode(function (node) {
      var data = node.data;
      if (!data) return;
      there[data.name] = true;
      if (data.is_added && !state.now[data.name]) { remove.push(data); return; }
      if (data.dressed === state.stamp) return;
      var known = state.seen[data.name];
      if (data.is_added && known) { data.unit = known.price_ccy; data.price = known.price_ccy; data.note = known.name; data.sector = known.sector; }
      var was = data.edited || data.dressed === undefined || state.now[data.name] || data.is_added;
      if (data.base || state.now[data.name]) restored(data);
      if (state.now[data.name]) edited(data, state.now[data.name]);
      data.dressed = state.stamp;
      if (was) update.push(data);
    });
    Object.keys(state.now).forEach(function (symbol) {
      if (there[symbol]) return;
      var data = restored(absent(symbol));
      edited(data, state.now[symbol]);
      data.dressed = state.stamp;
      add.push(data);
    });
    if (update.length || remove.length || add.length) {
      api.applyTransaction({ update: update, remove: remove, add: add });
      api.redrawRows();
    }
  }

  /* messages stand above the bar: asked whenever one comes, because the bar may be of a page that is gone */
  function lift() {
    var toasts = document.getElementById("shell-toasts"), bar = document.getElementById(BAR);
    if (!toasts) return;
    toasts.classList.toggle("is-lifted", Boolean(bar) && !bar.hidden);
    if (toasts.qpoLifted) return;
    toasts.qpoLifted = new MutationObserver(lift);
    toasts.qpoLifted.observe(toasts, { childList: true });
  }

  /* beginning and ending: live prices rest meanwhile */
  function show() {
    var host = document.getElementById(GRID), api = grid();
    var frame = host && host.closest(".card-q"), live = document.getElementById("portfolio-holdings-live"), start = document.getElementById("portfolio-what-if-start");
    dash.set_props(BAR, { hidden: !state.on });
    if (frame) frame.classList.toggle("is-editing", state.on);
    if (start) start.setAttribute("aria-pressed", state.on ? "true" : "false");
    if (live && state.on) live.removeAttribute("data-live-grid");
    else if (live) live.setAttribute("data-live-grid", "holdings");
    if (api && state.on) api.setColumnsVisible(["quantity"], true);
    buttons();
    window.setTimeout(lift);
  }
  function turn(on) {
    if (!on && count(state.now)) change({});
    else hush();
    state.on = on;
    save();
    show();
    if (on && count(state.now)) settle();
  }

  /* typing: what is no number stays as it was, and is said */
  function read(text, isShare) {
    var marks = { comma: [",", "."], point: [".", ","], space: ["\u202f", ","] };
    var root = document.getElementById("shell-root");
    var mark = marks[(root && root.getAttribute("data-numbers")) || "comma"] || marks.comma;
    var plain = String(text).replace(/[\s'\u202f\u00a0%]/g, "").replace(/\u2212/g, "-");
    var commas = plain.split(",").length - 1, points = plain.split(".").length - 1;
    if (commas && points) {
      var decimal = plain.lastIndexOf(",") > plain.lastIndexOf(".") ? "," : ".";
      plain = plain.split(decimal === "," ? "." : ",").join("").replace(decimal, ".");
    } else if (commas + points > 1) plain = plain.replace(/[.,]/g, "");
    else if (commas + points === 1) {
      var one = commas ? "," : ".";
      var grouped = !isShare && one === mark[0] && /^-?\d{1,3}[.,]\d{3}$/.test(plain);
      plain = plain.replace(one, grouped ? "" : ".");
    }
    return /^-?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : null;
  }

  functions.qpoMayEdit = function (params) {
    return state.on && !params.node.rowPinned;
  };
  functions.qpoParse = function (params) {
    var field = params.colDef.field, text = String(params.newValue === null || params.newValue === undefined ? "" : params.newValue).trim();
    var formatted = { weight_frac: functions.qpoWeight, quantity: functions.qpoQuantity }[field];
    var before = formatted ? formatted(params.oldValue) : functions.qpoMoney(params.oldValue, params);
    say(null);
    if (text === before || text === "") return params.oldValue;
    var number = read(text, field === "weight_frac");
    if (number !== null && Math.abs(number) > 1e15) {
      say("\u201c" + text.slice(0, 40) + "\u201d is too large a " + FIELDS[field] + ": check the digits.");
      return params.oldValue;
    }
    if (number === null) {
      say("\u201c" + text.slice(0, 40) + "\u201d is no " + FIELDS[field] + ": write a number" + (field === "weight_frac" ? ", such as 12.5 for 12.5%." : "."));
      return params.oldValue;
    }
    return field === "weight_frac" ? Number((number / 100).toFixed(10)) : number;
  };
  functions.qpoHoldingsEdited = function (params) {
    var field = params.colDef.field;
    if (!state.on || !FIELDS[field] || params.source === "api") return;
    var was = params.oldValue;
    if (Number(params.newValue) === Number(was) && was !== null) return;
    var data = params.data;
    if (!data.base) {
      data[field] = was;
      restored(data);
    }
    var next = Object.assign({}, state.now);
    next[data.name] = { field: field, value: Number(params.newValue), by: "hand" };
    change(next);
  };

  qpo.whatIf = {
    /* rows(api) is called whenever rows came: a page that was left and comes back goes on where it was */
    rows: function () {
      enter();
      var first = state.on && !document.querySelector(".is-editing #" + GRID);
      if (first) show();
      dress();
      if (first && count(state.now)) ask();
    },
    basis: function () { return state.basis; }
  };

  dash.what_if = {
    start: function (clicks) {
      enter();
      if (clicks) turn(!state.on);
    },
    basis: function (basis) {
      enter();
      state.basis = basis || null;
      state.stamp += 1;
      dress();
      if (state.on && count(state.now)) ask();
    },
    seen: function (seen) {
      var bar = document.getElementById(BAR);
      if (bar) bar.classList.remove("is-busy");
      if (!seen || seen.portfolio !== state.portfolio) return;
      state.seen = seen.positions || {};
      var unknown = (seen.unknown || []).filter(function (symbol) { return state.now[symbol]; });
      if (unknown.length) return forget(unknown);
      if (Object.keys(state.now).some(function (symbol) { return !(state.seen[symbol] || {}).is_held; })) {
        state.stamp += 1;
        dress();
      }
    },
    load: function (given) {
      enter();
      if (!given || given.portfolio !== state.portfolio) return;
      var next = {};
      (given.edits || []).forEach(function (one) {
        var field = Object.keys(FIELDS).filter(function (name) { return one[name] !== undefined && one[name] !== null; })[0];
        if (field) next[one.symbol] = { field: field, value: Number(one[field]), by: one.by || "hand" };
      });
      if (count(next) && !state.on) { state.on = true; show(); }
      if (given.seen) state.seen = Object.assign({}, state.seen, given.seen);
      change(next);
      if (given.tab) dash.set_props("portfolio-tabs", { active_tab: "holdings" });
      if (!count(next)) turn(false);
    },
    undo: function (clicks) { if (clicks) step(state.past, state.future); },
    redo: function (clicks) { if (clicks) step(state.future, state.past); },
    discard: function (clicks) {
      if (!clicks) return;
      if (count(state.now)) change({});
      else hush();
    },
    add: function (clicks, symbol) {
      var name = String(symbol || "").trim().toUpperCase();
      if (!clicks || !name) return dash.no_update;
      var next = Object.assign({}, state.now);
      if (!next[name]) next[name] = { field: "weight_frac", value: 0, by: "hand" };
      change(next);
      return "";
    }
  };

  document.addEventListener("keydown", function (event) {
    if (!state.on || !(event.ctrlKey || event.metaKey) || event.altKey || String(event.key).toLowerCase() !== "z") return;
    if (!document.getElementById(GRID) || (event.target.closest && event.target.closest("input, textarea, select, [contenteditable]"))) return;
    event.preventDefault();
    if (event.shiftKey) step(state.future, state.past);
    else step(state.past, state.future);
  });
})();
