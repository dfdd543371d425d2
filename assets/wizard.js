/* The wizard in the browser: the draft in session storage, selection, search, and a preview once typing pauses. */
(function () {
  "use strict";
  var dc = (window.dash_clientside = window.dash_clientside || {});
  var KEYS = [
    "source", "portfolio_id", "goal", "risk_max", "return_min", "risk_free", "returns_kind", "covariance_kind", "lookback",
    "as_of", "min", "max", "zero_or_min", "keep_rules", "long_short", "gross_max", "short_max", "short_position_max", "net", "name",
    "goal_more", "risk_aversion", "uncertainty", "level", "floor", "costs", "spread", "holding_period",
    "turnover_max", "turnover_soft", "tracking_max", "tracking_soft", "volatility_max", "volatility_soft", "cvar_max", "cvar_soft",
    "esg_min", "esg_soft", "count_min", "count_max", "trade_min",
    "benchmark", "prior", "half_life", "market_aversion", "market_sharpe", "premium", "capm_reference", "tau", "posterior", "decay", "factors",
    "linkage", "budgets_by", "lots", "lot_size", "capital", "repair", "proof", "impact", "rate_kind", "rates"
  ];
  /* Whose money it is and from what it chooses: no template says so. */
  var OF_NO_TEMPLATE = ["source", "portfolio_id", "assets", "name", "as_of", "benchmark"];
  var FIELD_IDS = { net: "net", gross_max: "gross-max", short_max: "short-max", short_position_max: "short-position-max", min: "position-min", max: "position-max", zero_or_min: "zero-or-min" };
  var GRID = "wizard-assets";
  var state = { ready: false, filled: false, latest: null, early: {}, deeds: [], round: 0, takenFrom: null, turn: 0, asked: null, prefilled: {}, sector: {}, search: "", timer: null, assets: [] };

  function stored() {
    try { return JSON.parse(window.sessionStorage.getItem("wizard-draft")); } catch (error) { return null; }
  }
  function same(a, b) { return JSON.stringify(a) === JSON.stringify(b); }
  function withGrid(id, then) {
    if (!window.dash_ag_grid) { setTimeout(function () { withGrid(id, then); }, 50); return; }
    window.dash_ag_grid.getApiAsync(id).then(then);
  }
  function symbols() { return state.assets.map(function (row) { return row.symbol; }); }

  /* What a draft says, whatever the order of its parts. */
  function contentOf(draft) {
    return JSON.stringify(Object.keys(draft).filter(function (key) { return key !== "turn"; }).sort().map(function (key) {
      return [key, draft[key]];
    }));
  }

  /* What is typed before the draft has come back stays: callbacks would hear of it only once the draft has taken its place. */
  document.addEventListener("input", function (event) {
    var box = event.target;
    if (!state.filled && box.id && box.closest(".wz")) { state.early[box.id] = box.type === "checkbox" ? box.checked : box.value; }
  }, true);

  /* Whether the wizard is still the page: its timers may outlive it. */
  function isHere() { return document.getElementById("wizard-stepper") !== null; }

  /* What the last answer said no longer holds. */
  function waiting() { window.qpoWizardSteps.checked(null); }

  /* Ask the server about a draft, once, after a pause; what was asked last is not asked again. */
  function send(draft, pauseMs) {
    var content = contentOf(draft);
    if (content === state.asked) { return; }
    state.asked = content;
    waiting();
    stale(true);
    clearTimeout(state.timer);
    var turn = (state.turn += 1);
    var asked = Object.assign({}, draft, { turn: turn });
    state.timer = setTimeout(function () {
      if (isHere()) { dc.set_props("wizard-preview-ask", { data: asked }); }
    }, pauseMs);
  }

  /* Somebody chose these: what is known is about what was chosen before, also where an answer is still on its way. */
  function choose(wanted) {
    waiting();
    state.asked = null;
    state.turn += 1;
    awake(function () {
      check(wanted, function (rows) { // who chooses what is chosen already changes no row: nothing else would ask
        if (same(rows, state.latest.assets)) { dc.wizard.ask(state.latest); }
      });
    });
  }

  /* Check exactly these rows, once all have come. The table is told which: what is checked past it, it takes back when it is drawn again. */
  function check(wanted, then) {
    var set = new Set(wanted), tries = 0;
    withGrid(GRID, function attempt(api) {
      var rows = [], count = 0;
      api.forEachNode(function (node) { count += 1; if (set.has(node.data.symbol)) { rows.push(node.data); } });
      if (count < state.assets.length && tries < 100) { tries += 1; setTimeout(function () { attempt(api); }, 30); return; }
      if (!isHere()) { return; }
      dc.set_props(GRID, { selectedRows: rows });
      then(rows.map(function (row) { return row.symbol; }).sort());
    });
  }

  /* The table shows what the draft holds. What somebody did meanwhile is done now: before, the draft would have undone it. */
  function wake(round) {
    if (round !== state.round) { return; } // another draft has come
    state.ready = true;
    dc.wizard.ask(state.latest);
    state.deeds.splice(0).forEach(function (deed) { deed(); });
  }
  function awake(deed) { if (state.ready) { deed(); } else { state.deeds.push(deed); } }

  function stale(is) {
    var page = document.querySelector(".wz");
    if (page) { page.classList.toggle("is-checking", is); }
  }

  /* What was forgotten can be brought back for ten seconds; what an address put aside, as long as the page is there. */
  function offerUndo(is, isLasting) {
    var place = document.querySelector(".wz-undo");
    clearTimeout(state.undoTimer);
    if (!place) { return; }
    place.hidden = !is;
    place.querySelector("button span").textContent = isLasting ? "Bring back your draft" : "Bring it back";
    if (is && !isLasting) { state.undoTimer = setTimeout(function () { offerUndo(false); }, 10000); }
  }

  /* A portfolio, run or template that an address names takes the place of the draft: what was typed before is put aside. */
  function putAside(kept, draft) {
    var isOfAddress = kept && contentOf(kept) === window.sessionStorage.getItem("wizard-filled"); // and nobody touched it
    if (kept && !isOfAddress && (kept.assets || []).length) { window.sessionStorage.setItem("wizard-aside", JSON.stringify(kept)); }
    window.sessionStorage.setItem("wizard-filled", contentOf(draft));
    var aside = window.sessionStorage.getItem("wizard-aside");
    state.before = aside && JSON.parse(aside);
    offerUndo(!!state.before, true);
  }

  function refilter() { withGrid(GRID, function (api) { api.onFilterChanged(); }); }

  function countText(count) {
    var total = state.assets.length;
    return count + " of " + total + " chosen" + (count < 2 ? "; choose at least 2" : "; 5 to 50 is usual");
  }

  window.qpoWizardPasses = function (params) {
    var row = (params.node || params).data;
    var picked = Object.keys(state.sector).filter(function (name) { return state.sector[name]; });
    if (picked.length && picked.indexOf(row.sector || "Other") < 0) { return false; }
    var text = state.search.trim().toLowerCase();
    return !text || [row.symbol, row.name, row.sector || "", row.isin || ""].concat(Object.values(row.groups || {})).join(" ").toLowerCase().indexOf(text) >= 0;
  };
  window.qpoWizardPercent = function (params) {
    var typed = params.value === undefined || params.value === null ? "" : String(params.value).trim();
    return typed === "" ? "\u2014" : typed.endsWith("%") ? typed : typed + " %";
  };
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.qpoWizardPasses = window.qpoWizardPasses;
  functions.qpoWizardPercent = window.qpoWizardPercent;

  dc.wizard = {
    /* The page has come: what this session left is checked at once, beside the question what there is to choose from. */
    begin: function (boot) {
      state.asked = null;
      state.ready = state.filled = false;
      state.round += 1;
      state.early = {};
      state.deeds = [];
      window.qpoWizardSteps.begin(boot ? boot.step || 0 : 0);
      var kept = stored();
      var from = !boot ? "" : boot.run ? "run:" + boot.run + (boot.repair ? ":" + boot.repair : "") : boot.portfolio ? "portfolio:" + boot.portfolio + (boot.limit ? ":" + boot.limit : "") : boot.template ? "template:" + boot.template : "";
      /* A reload, or the way back, finds what was typed; a fresh press on "Change and run again" finds the run as it is. */
      state.isReturn = !!(window.history.state && window.history.state.wizard === from);
      window.history.replaceState(Object.assign({}, window.history.state, { wizard: from }), "");
      stale(true);
      window.qpoTerms();
      if (kept && (!from || (state.isReturn && kept.origin === from))) { send(kept, 0); }
    },

    /* The server has told what there is: bring back the draft of this session, or start from what the address asks for. */
    restore: function (loaded) {
      if (!loaded) { return Array(KEYS.length + 1).fill(dc.no_update); }
      state.assets = loaded.assets;
      state.sector = {};
      state.search = "";
      var kept = stored() || loaded.left;
      var isKept = state.isReturn && kept && loaded.draft && kept.origin === loaded.draft.origin;
      var draft = loaded.draft && (loaded.mended || !isKept) ? loaded.draft : kept || loaded.draft;
      /* A draft from before there was a choice says by its rate alone that one is set. */
      var isOlder = draft && draft.rate_kind === undefined && parseFloat(String(draft.risk_free || "0").replace(",", ".")) !== 0;
      if (kept && draft && draft !== kept && (draft.origin || "").indexOf("template:") === 0 && !loaded.mended) {
        OF_NO_TEMPLATE.forEach(function (key) { draft[key] = kept[key] === undefined ? draft[key] : kept[key]; });
      }
      /* A draft from before these had cards of their own. */
      if (draft && draft.goal === "more" && document.getElementById("wizard-goal-" + draft.goal_more)) {
        draft = Object.assign({}, draft, { goal: draft.goal_more, goal_more: loaded.defaults.goal_more });
      }
      draft = Object.assign({}, loaded.defaults, draft || {}, isOlder ? { rate_kind: "constant" } : {});
      dc.callback_context.outputs_list.slice(1).forEach(function (field, n) {
        if (field.id in state.early) { draft[KEYS[n]] = state.early[field.id]; }
      });
      state.early = {};
      if (loaded.draft && !loaded.turn && !loaded.mended && !isKept) { putAside(kept, draft); } // a later turn is no address
      state.takenFrom = draft.portfolio_id;
      state.prefilled = draft.prefilled || {};
      state.usual = loaded.defaults;
      state.brought = draft.source === "portfolio" && (draft.origin || "").indexOf("portfolio:") === 0 ? draft.sectors : null;
      state.ready = false;
      state.filled = true;
      state.latest = draft;
      send(draft, 0); // the answer comes while the table is still being filled
      var round = (state.round += 1);
      check(draft.assets, function () { setTimeout(wake, 60, round); });
      window.qpoWizardSteps.offer(Math.min(Math.max(0, loaded.step || 0), 3));
      return [draft].concat(KEYS.map(function (key) { return draft[key]; }));
    },

    /* Something was typed, switched or chosen: keep it. */
    collect: function () {
      if (!state.filled) { return dc.no_update; }
      var args = Array.prototype.slice.call(arguments);
      var before = args.pop() || {};
      var draft = Object.assign({}, before);
      var selected = args[0], own = args[1], sectors = args[2];
      KEYS.forEach(function (key, n) { var v = args[n + 3]; draft[key] = v === undefined || v === null ? (key === "portfolio_id" ? null : "") : v; });
      var why = (dc.callback_context.triggered || []).map(function (t) { return t.prop_id; });
      draft.prefilled = draft.source === "portfolio" ? state.prefilled : {};
      if (state.sectors) { draft.sectors = state.sectors; state.sectors = state.rowsKey = null; } // of the portfolio that was picked
      if (state.ready && Array.isArray(selected)) { draft.assets = selected.map(function (row) { return row.symbol; }).sort(); }
      if (why.some(function (id) { return id.indexOf("own-bounds") >= 0; })) { draft.bounds = merge(draft.bounds, own, "symbol"); }
      if (why.some(function (id) { return id.indexOf("wizard-sectors") >= 0; })) { draft.sectors = merge(draft.sectors, sectors, "sector"); }
      return same(draft, before) ? dc.no_update : draft;
    },

    /* Typing has paused: ask the server once, for the latest draft. */
    ask: function (draft) {
      dc.wizardKeep.later(draft); // two callbacks without outputs must not listen to the same input
      if (!draft) { return; }
      state.latest = draft;
      if (state.ready) { send(draft, 220); }
    },

    /* What follows from the draft at once: the count, fields that a goal needs, rows of sectors and assets. */
    follow: function (draft, loaded) {
      if (!draft || !loaded) { return [dc.no_update, dc.no_update, dc.no_update]; }
      var page = document.querySelector(".wz");
      if (page) {
        page.dataset.goal = draft.goal === "more" ? draft.goal_more : draft.goal;
        page.dataset.more = draft.goal === "more" ? "yes" : "no";
        page.dataset.costs = draft.costs ? "yes" : "no";
        page.dataset.source = draft.source;
        page.dataset.shorts = draft.long_short ? "yes" : "no";
        var prefilled = draft.prefilled || {};
        page.querySelectorAll(".field-origin").forEach(function (mark) {
          var key = mark.closest("[data-key]").dataset.key;
          mark.hidden = !(key in prefilled) || prefilled[key] !== draft[key];
        });
      }
      var chosen = new Set(draft.assets);
      var rows = loaded.assets.filter(function (row) { return chosen.has(row.symbol); });
      var counts = {};
      rows.forEach(function (row) { var s = row.sector || "Other"; counts[s] = (counts[s] || 0) + 1; });
      Object.keys(draft.sectors || {}).forEach(function (s) { counts[s] = counts[s] || 0; });
      var sectors = Object.keys(counts).sort().map(function (s) {
        var own = (draft.sectors || {})[s] || {};
        return { sector: s, count: counts[s], min: own.min || "", max: own.max || "" };
      });
      var own = rows.map(function (row) {
        var limit = (draft.bounds || {})[row.symbol] || {};
        return { symbol: row.symbol, name: row.name, min: limit.min || "", max: limit.max || "" };
      });
      var key = JSON.stringify([sectors.map(function (r) { return [r.sector, r.count]; }), own.map(function (r) { return r.symbol; })]);
      var isNew = key !== state.rowsKey || !state.ready;
      state.rowsKey = key;
      return [countText(chosen.size), isNew ? sectors : dc.no_update, isNew ? own : dc.no_update];
    },

    /* A run was started from here. */
    started: function (submitted) { if (submitted) { window.qpoWizardSteps.running(submitted); } },

    /* A message stands at a field, or no longer: mark the field for eyes and for screen readers. */
    mark: function (preview) {
      if (preview && preview.turn === state.turn) { window.qpoWizardSteps.checked(preview); stale(false); }
      var problems = (preview || {}).keys || [];
      document.querySelectorAll(".wz [data-key]").forEach(function (field) {
        var wrong = problems.indexOf(field.dataset.key) >= 0;
        field.classList.toggle("is-invalid", wrong);
        var box = field.querySelector("input, select");
        if (!box || box.type === "radio") { return; }
        if (wrong) { box.setAttribute("aria-invalid", "true"); } else { box.removeAttribute("aria-invalid"); }
        var slot = field.querySelector(".field-error");
        if (slot) { box.setAttribute("aria-describedby", slot.id); }
      });
      document.querySelectorAll(".stepper li").forEach(function (item, n) {
        item.classList.toggle("is-wrong", !!((preview || {}).wrong || [])[n]);
      });
      ["wizard-own-bounds", "wizard-sectors"].forEach(function (id) { markCells(id, problems); });
      if (dc.wizardOwn && dc.wizardOwn.mark) { dc.wizardOwn.mark(preview); }
      if (dc.limits && dc.limits.mark) { dc.limits.mark(preview); } // two callbacks without outputs must not listen to the same input
    },

    search: function (text) { state.search = text || ""; refilter(); },

    pills: function (clicks) {
      var hit = dc.callback_context.triggered_id;
      if (!hit || !clicks.some(Boolean)) { return clicks.map(function () { return dc.no_update; }); }
      state.sector[hit.index] = !state.sector[hit.index];
      refilter();
      return dc.callback_context.outputs_list.map(function (out) {
        return state.sector[out.id.index] ? "true" : "false";
      });
    },

    all: function (clicks) { if (clicks) { awake(function () { withGrid(GRID, function (api) { api.selectAll("filtered"); }); }); } },
    none: function (clicks) { if (clicks) { awake(function () { withGrid(GRID, function (api) { api.deselectAll(); }); }); } },

    /* A portfolio was picked: take its holdings over, once. */
    take: function (holdings) {
      if (holdings) { awake(function () { takeOver(holdings); }); }
    },

    /* A file named these. */
    named: function (symbols) { if (symbols && symbols.length) { choose(symbols); } },

    paste: function (clicks, text) {
      if (!clicks) { return dc.no_update; }
      var words = (text || "").split(/[\s,;|]+/).map(function (w) { return w.replace(/^["']|["']$/g, ""); }).filter(function (w) {
        return w && !/^[-+]?[\d.,]+%?$/.test(w);
      });
      var known = {};
      symbols().forEach(function (s) { known[s.toUpperCase()] = s; });
      var found = [], unknown = [];
      words.forEach(function (w) { var s = known[w.toUpperCase()]; if (s) { found.push(s); } else if (unknown.indexOf(w) < 0) { unknown.push(w); } });
      found = Array.from(new Set(found));
      if (!words.length) { return "There is no symbol in the text. Type or paste symbols, such as AAPL, JPM, KO."; }
      if (found.length) { choose(found); }
      var said = found.length ? found.length + (found.length === 1 ? " symbol" : " symbols") + " chosen." : "Nothing was changed.";
      return unknown.length ? said + " Not known: " + unknown.join(", ") + ". Check the spelling, or leave them out." : said;
    },

    reset: function (clicks, loaded) {
      if (!clicks || !loaded) { return dc.no_update; }
      state.before = stored();
      offerUndo(!!state.before);
      window.sessionStorage.removeItem("wizard-draft");
      window.qpoWizardSteps.restart();
      var fresh = Object.assign({}, loaded.defaults);
      return Object.assign({}, loaded, { draft: fresh, left: null, step: 0, turn: Date.now() });
    },

    unreset: function (clicks, loaded) {
      if (!clicks || !loaded || !state.before) { return dc.no_update; }
      offerUndo(false);
      window.sessionStorage.removeItem("wizard-aside");
      window.qpoWizardSteps.plain();
      return Object.assign({}, loaded, { draft: state.before, mended: true, notice: null, turn: Date.now() });
    },

    /* The run that was started here has ended: go to its page. */
    arrive: function (view, submitted) {
      if (!view || !submitted || view.id !== submitted) { return dc.no_update; }
      if (["succeeded", "failed", "cancelled"].indexOf(view.status) < 0 || state.arrived === view.id) { return dc.no_update; }
      state.arrived = view.id; // told twice, it would stand twice in the browser's history, and one way back would lead nowhere
      window.qpoWizardSteps.ended();
      dc.set_props("shell-url", { href: "/runs/" + view.id });
      return view.id;
    }
  };

  function takeOver(holdings) {
    if (state.takenFrom === holdings.portfolio_id) { return; }
    state.takenFrom = holdings.portfolio_id;
    var before = state.prefilled, now = state.latest || {};
    state.prefilled = holdings.prefilled || {};
    /* Limits that somebody typed, or that a template set, stay: only those of the start, or of the portfolio before, give way. */
    function isOwn(key) { return !holdings.long_short && now[key] !== state.usual[key] && now[key] !== before[key]; }
    state.sectors = window.qpo.wizardTaken.sectors(now.sectors || {}, state.brought || {}, holdings.sectors || {});
    state.brought = holdings.sectors || {};
    dc.set_props("wizard-long-short", { value: !!holdings.long_short });
    Object.keys(state.prefilled).forEach(function (key) {
      if (!isOwn(key)) { dc.set_props("wizard-" + FIELD_IDS[key], { value: state.prefilled[key] }); }
    });
    choose(holdings.assets);
  }

  function merge(map, events, key) {
    var merged = Object.assign({}, map || {});
    (Array.isArray(events) ? events : [events]).forEach(function (event) {
      if (!event || !event.data) { return; }
      var low = String(event.data.min || "").trim(), high = String(event.data.max || "").trim();
      if (low || high) { merged[event.data[key]] = { min: low, max: high }; } else { delete merged[event.data[key]]; }
    });
    return merged;
  }

  function markCells(id, problems) {
    if (!window.dash_ag_grid || !document.getElementById(id)) { return; }
    var prefix = id === "wizard-sectors" ? "sectors." : "bounds.";
    window.dash_ag_grid.getApiAsync(id).then(function (api) {
      api.forEachNode(function (node) {
        var name = prefix + (node.data.symbol || node.data.sector);
        var bad = ["min", "max"].filter(function (side) { return problems.indexOf(name + "." + side) >= 0; });
        if (!same(node.data.bad || [], bad)) { node.data.bad = bad; api.refreshCells({ rowNodes: [node], force: true }); }
      });
    });
  }

})();
