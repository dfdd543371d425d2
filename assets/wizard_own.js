/* The tables of one's own: groups and exposures by asset, a covariance by pair. Columns come and go with the draft. */
(function () {
  "use strict";
  var dc = (window.dash_clientside = window.dash_clientside || {});
  var SQUARE_MAX = 100;
  var TABLES = {
    own_groups: { id: "wizard-own-groups", noun: "grouping" },
    own_factors: { id: "wizard-own-factors", noun: "factor" },
    own_covariance: { id: "wizard-own-covariance" }
  };
  var PARTS = Object.keys(TABLES);
  var shown = {}; // part -> the rows that its grid has, as text
  var layout = {}; // part -> its columns
  var problems = [];

  function text(value) { return value === undefined || value === null ? "" : String(value).trim(); }
  function triggered(id) {
    return (dc.callback_context.triggered || []).some(function (one) { return one.prop_id.indexOf(id + ".") === 0; });
  }
  function assetsOf(draft) { return (draft.assets || []).slice().sort(); }
  function namesOf(part, draft) {
    if (part !== "own_covariance") { return Object.keys(draft[part] || {}); }
    var assets = assetsOf(draft);
    return draft.covariance_kind === "given_covariance" && assets.length <= SQUARE_MAX ? assets : [];
  }

  /* Cells have numbered fields: a name may hold dots, which a grid would take for a path. */
  function rowsOf(part, draft, names) {
    var cells = draft[part] || {};
    if (part === "own_covariance" && !names.length) { return []; }
    return assetsOf(draft).map(function (asset) {
      var row = { name: asset };
      names.forEach(function (name, n) { row["c" + n] = (cells[name] || {})[asset] || ""; });
      return row;
    });
  }
  function heading(part, name) {
    if (part !== "own_groups") { return name; }
    var words = name.replace("_", " ");
    return ["sector", "country", "region", "currency", "asset_class", "industry", "exchange", "issuer"].indexOf(name) < 0
      ? name : words.charAt(0).toUpperCase() + words.slice(1);
  }
  function columnsOf(part, names) {
    var isText = part === "own_groups";
    var columns = [{ field: "name", headerName: "Asset", pinned: "left", lockPinned: true, width: 96, minWidth: 84, sortable: true }];
    names.forEach(function (name, n) {
      columns.push({
        field: "c" + n, headerName: heading(part, name), editable: true, sortable: false, cellEditor: "agTextCellEditor",
        cellDataType: false, minWidth: part === "own_covariance" ? 92 : 132, flex: part === "own_covariance" ? undefined : 1,
        width: part === "own_covariance" ? 104 : undefined,
        type: isText ? undefined : "rightAligned", cellClass: isText ? "wz-cell" : "ag-right-aligned-cell num wz-cell",
        cellClassRules: { "wz-cell-bad": "params.data.bad && params.data.bad.indexOf('c" + n + "') >= 0" },
        valueFormatter: { "function": "qpoLimitText(params)" }
      });
    });
    return columns;
  }

  function withGrid(id, then) {
    if (window.dash_ag_grid && document.getElementById(id)) { window.dash_ag_grid.getApiAsync(id).then(then); }
  }
  function mark() {
    PARTS.forEach(function (part) {
      withGrid(TABLES[part].id, function (api) {
        api.forEachNode(function (node) {
          var bad = (layout[part] || []).map(function (name, n) { return [part + "." + name + "." + node.data.name, "c" + n]; })
            .filter(function (pair) { return problems.indexOf(pair[0]) >= 0; }).map(function (pair) { return pair[1]; });
          if (JSON.stringify(node.data.bad || []) === JSON.stringify(bad)) { return; }
          node.data.bad = bad;
          if (!api.getEditingCells().length) { api.refreshCells({ rowNodes: [node], force: true }); }
        });
      });
    });
  }

  function edited(part, events, draft) {
    var cells = {};
    Object.keys(draft[part] || {}).forEach(function (name) { cells[name] = Object.assign({}, draft[part][name]); });
    (Array.isArray(events) ? events : [events]).forEach(function (event) {
      if (!event || !event.data) { return; }
      (layout[part] || []).forEach(function (name, n) {
        var value = text(event.data["c" + n]);
        cells[name] = cells[name] || {};
        if (value) { cells[name][event.data.name] = value; } else { delete cells[name][event.data.name]; }
      });
    });
    if (part === "own_covariance") {
      Object.keys(cells).forEach(function (name) { if (!Object.keys(cells[name]).length) { delete cells[name]; } });
    }
    return cells;
  }
  function joined(cells, more) {
    var made = Object.assign({}, cells || {});
    Object.keys(more).forEach(function (name) { made[name] = Object.assign({}, made[name] || {}, more[name]); });
    return made;
  }

  /* The name of a column as it is kept: words for a grouping that the product has itself mean that one. */
  function nameIn(part, typed) {
    var box = document.getElementById(TABLES[part].id + "-name"), plain = text(typed).toLowerCase().replace(/\s+/g, " ");
    var known = box ? JSON.parse(box.parentElement.dataset.known || "{}") : {};
    return known[plain] || text(typed);
  }
  function say(part, words) { dc.set_props(TABLES[part].id + "-result", { children: words }); }
  function added(part, typed, draft) {
    var name = nameIn(part, typed);
    if (!name) { say(part, "Type the name of the " + TABLES[part].noun + " first."); return null; }
    if ((draft[part] || {})[name]) { say(part, "There is a " + TABLES[part].noun + " called " + name + " already."); return null; }
    dc.set_props(TABLES[part].id + "-name", { value: "" });
    say(part, "Added: " + name + ". Type into its cells, or paste them.");
    var more = {};
    more[name] = {};
    return joined(draft[part], more);
  }
  function dropped(part, typed, draft) {
    var name = nameIn(part, typed), cells = Object.assign({}, draft[part] || {}), names = Object.keys(cells);
    if (!name && names.length === 1) { name = names[0]; }
    if (!cells[name]) {
      say(part, names.length ? "Type the name of the " + TABLES[part].noun + " to remove: " + names.join(", ") + "." : "There is none to remove.");
      return null;
    }
    delete cells[name];
    dc.set_props(TABLES[part].id + "-name", { value: "" });
    say(part, "Removed: " + name + ".");
    return cells;
  }

  function counted(count, noun) { return count ? count + " " + noun + (count === 1 ? "" : "s") : ""; }

  dc.wizardOwn = {
    /* Something was typed, pasted, added or removed: keep it in the draft. */
    collect: function (groups, factors, covariance, addGroup, dropGroup, addFactor, dropFactor, clear, read, group, factor, draft) {
      if (!draft) { return dc.no_update; }
      var part = null, cells = null, kept = {};
      if (triggered("wizard-own-groups-add")) { part = "own_groups"; cells = added(part, group, draft); }
      else if (triggered("wizard-own-groups-drop")) { part = "own_groups"; cells = dropped(part, group, draft); }
      else if (triggered("wizard-own-factors-add")) { part = "own_factors"; cells = added(part, factor, draft); }
      else if (triggered("wizard-own-factors-drop")) { part = "own_factors"; cells = dropped(part, factor, draft); }
      else if (triggered("wizard-own-covariance-clear")) { part = "own_covariance"; cells = {}; say(part, "The table is empty."); }
      else if (triggered("wizard-own-read") && read) { part = read.part; cells = joined(draft[part], read.cells); }
      else {
        PARTS.forEach(function (one, n) { if (triggered(TABLES[one].id)) { part = one; cells = edited(one, [groups, factors, covariance][n], draft); } });
        if (part) { kept[part] = true; }
      }
      if (!part || !cells) { return dc.no_update; }
      var made = Object.assign({}, draft);
      made[part] = cells;
      if (kept[part]) { shown[part] = JSON.stringify(rowsOf(part, made, layout[part] || [])); } // the grid shows it already
      return made;
    },

    /* What the tables show follows from the draft. */
    show: function (draft, loaded) {
      if (!draft || !loaded) { return Array(7).fill(dc.no_update); }
      if (triggered("wizard-loaded")) { shown = {}; layout = {}; }
      var out = [];
      PARTS.forEach(function (part) {
        var names = namesOf(part, draft), rows = rowsOf(part, draft, names), content = JSON.stringify(rows);
        var isOther = JSON.stringify(names) !== JSON.stringify(layout[part]);
        layout[part] = names;
        out.push(isOther ? columnsOf(part, names) : dc.no_update, isOther || shown[part] !== content ? rows : dc.no_update);
        shown[part] = content;
      });
      var said = [counted(namesOf("own_groups", draft).length, "grouping"), counted(namesOf("own_factors", draft).length, "factor")].filter(Boolean);
      var fold = document.getElementById("wizard-own-fold");
      if (fold && said.length && fold.dataset.opened !== "yes") { fold.open = true; fold.dataset.opened = "yes"; }
      setTimeout(mark, 80);
      return out.concat([said.length ? "(" + said.join(", ") + ")" : ""]);
    },

    /* What the check found wrong is shown at the cells. */
    mark: function (preview) { problems = (preview || {}).keys || []; mark(); }
  };
})();
