/* The wizard's tables in the goal step: views, own expected returns, shares of risk; and what follows from the draft beside them. */
(function () {
  "use strict";
  var dc = (window.dash_clientside = window.dash_clientside || {});
  var DRAFT = "wizard-draft", VIEWS = "wizard-views", RETURNS = "wizard-own-returns", BUDGETS = "wizard-budgets";
  var MARKET = ["capm", "market_implied", "black_litterman"];
  var ADDED = { ahead: "", says: "earns", behind: "", amount: "", confidence: "50" };
  var shown = {};
  var known = { assets: [] };
  var problems = [];
  var ticked = {}; // numbers of the views that are to be removed

  function isHere() { return document.getElementById("wizard-stepper") !== null; }
  function text(value) { return value === undefined || value === null ? "" : String(value).trim(); }
  /* A row as it is kept: nothing undefined, which the Store would take for a change for ever. */
  function typed(row) {
    var made = { ahead: text(row.ahead), says: row.says || "earns", behind: text(row.behind), amount: text(row.amount), confidence: text(row.confidence) };
    if (row.own) { made.own = row.own; }
    return made;
  }
  function withGrid(id, then) {
    if (window.dash_ag_grid && document.getElementById(id)) { window.dash_ag_grid.getApiAsync(id).then(then); }
  }
  function triggered(id) {
    return (dc.callback_context.triggered || []).some(function (one) { return one.prop_id.indexOf(id + ".") === 0; });
  }
  function events(value) { return (Array.isArray(value) ? value : [value]).filter(function (one) { return one && one.data; }); }

  /* What a cell of a table of one figure a name now says. */
  function merged(map, changes) {
    var made = Object.assign({}, map || {});
    events(changes).forEach(function (event) {
      var value = text(event.data.share);
      if (value) { made[event.data.name] = value; } else { delete made[event.data.name]; }
    });
    return made;
  }

  function membersOf(draft, loaded) {
    var chosen = new Set(draft.assets || []), members = {};
    loaded.assets.forEach(function (row) {
      if (chosen.has(row.symbol)) { (members[row.sector || "Other"] = members[row.sector || "Other"] || []).push(row.symbol); }
    });
    return members;
  }

  function rowsOf(draft, loaded) {
    var names = {}, members = membersOf(draft, loaded), own = draft.own_returns || {}, shares = draft.budgets || {};
    loaded.assets.forEach(function (row) { names[row.symbol] = row.name; });
    var assets = (draft.assets || []).slice().sort();
    return {
      views: (draft.views || []).map(function (row, n) { return Object.assign({ n: String(n + 1), gone: false }, row); }),
      returns: assets.map(function (name) { return { name: name, words: names[name] || "", share: own[name] || "" }; }),
      budgets: draft.budgets_by === "sector"
        ? Object.keys(members).sort().map(function (name) {
          var count = members[name].length;
          return { name: name, words: count + (count === 1 ? " asset" : " assets"), share: shares[name] || "" };
        })
        : assets.map(function (name) { return { name: name, words: names[name] || "", share: shares[name] || "" }; })
    };
  }

  /* Rows for a grid where they are not what it shows already; a cell that is being typed into is left alone. */
  function fresh(key, rows) {
    var content = JSON.stringify(rows);
    if (shown[key] === content) { return dc.no_update; }
    shown[key] = content;
    return rows;
  }

  function needsBenchmark(draft) {
    var goal = draft.goal === "more" ? draft.goal_more : draft.goal;
    var isOfMarket = MARKET.indexOf(draft.returns_kind) >= 0 && !(draft.returns_kind === "black_litterman" && draft.prior === "own");
    var isRelative = /benchmark|tracking|\bbeta\b/i.test(JSON.stringify(draft.others || []));
    return goal === "min_tracking_error" || isOfMarket || !!text(draft.tracking_max) || isRelative || (!!draft.benchmark && draft.benchmark !== "own");
  }

  function dress(draft) {
    var page = document.querySelector(".wz");
    if (!page) { return; }
    var isViews = draft.returns_kind === "black_litterman";
    page.dataset.returns = draft.returns_kind;
    page.dataset.covariance = draft.covariance_kind;
    page.dataset.rate = draft.rate_kind;
    page.dataset.own = draft.returns_kind === "given_returns" || (isViews && draft.prior === "own") ? "yes" : "no";
    page.dataset.prior = draft.prior;
    page.dataset.budgets = draft.budgets_by;
    page.dataset.lots = draft.lots ? "yes" : "no";
    page.dataset.benchmark = needsBenchmark(draft) ? "yes" : "no";
  }

  function mark(id, prefix, fields) {
    withGrid(id, function (api) {
      if (api.getEditingCells().length) { again(); return; } // a cell that is being typed into is left alone
      api.forEachNode(function (node) {
        var key = prefix + (id === VIEWS ? node.data.n - 1 : node.data.name);
        var bad = problems.indexOf(key) >= 0 ? fields : [];
        if (JSON.stringify(node.data.bad || []) !== JSON.stringify(bad)) {
          node.data.bad = bad;
          api.refreshCells({ rowNodes: [node], force: true });
        }
      });
    });
  }
  var later = null;
  function again() {
    clearTimeout(later);
    later = setTimeout(function () { if (isHere()) { markAll(); } }, 400);
  }
  function markAll() {
    mark(VIEWS, "views.", ["ahead", "says", "behind", "amount", "confidence"]);
    mark(RETURNS, "own_returns.", ["share"]);
    mark(BUDGETS, "budgets.", ["share"]);
  }

  /* A message inside a fold that is closed would not be seen. */
  function unfold() {
    if (!isHere()) { return; }
    document.querySelectorAll(".wz-panel .wz-details:not([open])").forEach(function (fold) {
      if (fold.querySelector(".field-error:not(:empty)")) { fold.open = true; }
    });
  }

  function item(one) {
    var props = { children: one.text, className: one.is_bad ? "wz-said-bad field-error" : "" };
    return { type: "Li", namespace: "dash_html_components", props: props };
  }

  dc.wizardTables = {
    /* Something was typed into a table, or a row came or went: keep it in the draft. */
    collect: function (views, returns, budgets, adds, removes, pasted, draft) {
      if (!draft) { return dc.no_update; }
      var made = Object.assign({}, draft);
      var rows = (draft.views || []).slice();
      if (triggered(VIEWS)) {
        var changes = events(views);
        changes.forEach(function (event) { if (event.data.gone) { ticked[event.data.n] = true; } else { delete ticked[event.data.n]; } });
        if (changes.every(function (event) { return event.colId === "gone"; })) { return dc.no_update; }
        changes.forEach(function (event) { rows[event.data.n - 1] = typed(event.data); });
        made.views = rows;
        shown.views = JSON.stringify(rowsOf(made, known).views);
      } else if (triggered("wizard-views-add")) {
        made.views = rows.concat([Object.assign({}, ADDED)]);
      } else if (triggered("wizard-views-remove")) {
        var gone = ticked;
        if (!Object.keys(gone).length) { return dc.no_update; }
        made.views = rows.filter(function (row, n) { return !gone[String(n + 1)]; });
        ticked = {};
      } else if (triggered(RETURNS)) {
        made.own_returns = merged(draft.own_returns, returns);
        shown.returns = JSON.stringify(rowsOf(made, known).returns);
      } else if (triggered(BUDGETS)) {
        made.budgets = merged(draft.budgets, budgets);
        shown.budgets = JSON.stringify(rowsOf(made, known).budgets);
      } else if (pasted && pasted.views) {
        made.views = rows.filter(function (row) { return text(row.ahead) || text(row.behind) || text(row.amount); }).concat(pasted.views);
      } else if (pasted && pasted.own_returns) {
        made.own_returns = Object.assign({}, draft.own_returns || {}, pasted.own_returns);
      } else { return dc.no_update; }
      return made;
    },

    /* What the tables show follows from the draft: after a run was reopened, rows were pasted, or other assets were chosen. */
    show: function (draft, loaded) {
      if (!draft || !loaded) { return [dc.no_update, dc.no_update, dc.no_update]; }
      if (triggered("wizard-loaded")) { shown = {}; ticked = {}; }
      known = loaded;
      dress(draft);
      var members = draft.budgets_by === "sector" ? membersOf(draft, loaded) : draft.budget_members || {};
      if (JSON.stringify(members) !== JSON.stringify(draft.budget_members || {})) {
        setTimeout(function () { dc.set_props(DRAFT, { data: Object.assign({}, draft, { budget_members: members }) }); }, 0);
      }
      var rows = rowsOf(draft, loaded);
      setTimeout(markAll, 80);
      return [fresh("views", rows.views), fresh("returns", rows.returns), fresh("budgets", rows.budgets)];
    },

    /* The server has looked at the draft: the views in words, what is wrong at which row, and whether another goal is needed. */
    mark: function (preview) {
      preview = preview || {};
      problems = preview.keys || [];
      markAll();
      setTimeout(unfold, 60);
      return [(preview.views || []).map(item), preview.no_excess || "", !preview.no_excess];
    },

    /* The goal that needs no expected returns. */
    calmest: function (clicks) { if (clicks) { dc.set_props("wizard-goal", { value: "min_volatility" }); } },

    /* What of the address could not be followed. */
    notice: function (loaded) { return (loaded || {}).notice || []; }
  };
})();
