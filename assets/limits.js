/* The grid of all other limits: rows of the draft, what each cell may hold, paste, files, and what is wrong with a cell. */
(function () {
  "use strict";
  var dc = (window.dash_clientside = window.dash_clientside || {});
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  var GRID = "wizard-limits-grid", FRAME = "wizard-limits-frame", UPLOAD = "wizard-limits-upload";
  var FIELDS = ["limit", "of", "least", "most", "measured_from", "firm", "details"];
  var FILE_MAX_BYTES = 1024 * 1024;
  var state = { kinds: [], names: {}, own: {} };

  function withGrid(then) {
    if (!document.getElementById(GRID)) { return; }
    if (!window.dash_ag_grid) { setTimeout(function () { withGrid(then); }, 50); return; }
    window.dash_ag_grid.getApiAsync(GRID).then(then);
  }
  function plain(words) { return String(words || "").replace(/[_-]/g, " ").toLowerCase().trim().replace(/\s+/g, " "); }

  /* The kind of limit that the words of a row mean. */
  function kindOf(row) {
    var words = plain((row || {}).limit);
    if (words.indexOf("group:") === 0) { return state.kinds.filter(function (one) { return one.of === "group"; })[0] || null; }
    return state.kinds.filter(function (one) { return one.names.indexOf(words) >= 0; })[0] || null;
  }

  /* Which cells of a row have no meaning for its kind of limit. */
  function offOf(row) {
    var kind = kindOf(row);
    if (!kind) { return []; }
    return FIELDS.filter(function (field) {
      if (field === "of") { return !kind.of; }
      if (field === "least" || field === "most") { return kind.sides.indexOf(field) < 0; }
      if (field === "measured_from") { return !kind.bases.length; }
      return field === "details" && !kind.details.length;
    });
  }

  function unquoted(name) { return /^".*"$/.test(name) ? name.slice(1, -1).replace(/""/g, '"') : name; }
  function namesFor(row) {
    var kind = kindOf(row);
    if (!kind || !kind.of) { return []; }
    if (kind.of !== "group") { return state.names[kind.of] || []; }
    return groupsIn(state.own[unquoted(row.limit.slice(row.limit.indexOf(":") + 1).trim())] || {});
  }

  /* The groups of a grouping of one's own, with those that others stand inside. */
  function groupsIn(cells) {
    var found = {};
    Object.keys(cells).forEach(function (asset) {
      var parts = String(cells[asset]).split("/");
      parts.forEach(function (part, n) { found[parts.slice(0, n + 1).join("/")] = true; });
    });
    return Object.keys(found).sort();
  }
  function ownKinds() {
    var words = state.kinds.map(function (one) { return one.of; });
    return Object.keys(state.own).filter(function (name) { return words.indexOf(name) < 0; }).map(function (name) {
      return "Group: " + (/^["=+\-@']|^\s|\s$/.test(name) ? '"' + name.replace(/"/g, '""') + '"' : name);
    });
  }

  functions.qpoLimitHas = function (params) {
    var field = params.colDef.field;
    return offOf(params.data).indexOf(field) < 0 || !!params.data[field];
  };
  functions.qpoLimitPlace = function (params) { return params.node.rowIndex === null ? "" : params.node.rowIndex + 1; };
  functions.qpoLimitText = function (params) { return params.value || ""; };
  functions.qpoLimitFigure = function (params) {
    var typed = String(params.value === undefined || params.value === null ? "" : params.value).trim();
    var kind = kindOf(params.data);
    return typed && kind && kind.unit === "%" && !typed.endsWith("%") ? typed + "%" : typed;
  };
  functions.qpoLimitBases = function (params) {
    var kind = kindOf(params.data);
    return { values: [""].concat(kind ? kind.bases : []) };
  };
  functions.qpoLimitWhy = function (params) {
    var why = (params.data || {}).why || {};
    if (why[params.colDef.field]) { return why[params.colDef.field]; }
    return (params.data.off || []).indexOf(params.colDef.field) >= 0 ? "This limit has no such part." : null;
  };

  /* An input with the names that are known as suggestions; anything else may be typed. The grid's own editor selects its
     text once more a moment later, which loses what was typed meanwhile. */
  functions.QpoLimitChoice = class {
    init(params) {
      var field = params.colDef.field;
      var kinds = state.kinds.map(function (one) { return one.words.trim(); }).concat(ownKinds());
      this.names = field === "limit" ? kinds : field === "of" ? namesFor(params.data) : [];
      this.isList = field === "of" && (kindOf(params.data) || {}).of === "assets";
      var isTyped = params.eventKey && params.eventKey.length === 1;
      this.box = document.createElement("input");
      this.box.className = "wz-limit-choice" + (field === "least" || field === "most" ? " num wz-limit-figure" : "");
      this.box.setAttribute("aria-label", params.colDef.headerName);
      this.box.value = isTyped ? params.eventKey : params.eventKey === "Backspace" ? "" : params.value || "";
      this.list = document.createElement("datalist");
      this.list.id = "wz-limit-names-" + Math.random().toString(36).slice(2);
      var list = this.list;
      this.names.forEach(function (name) { var one = document.createElement("option"); one.value = name; list.appendChild(one); });
      this.box.setAttribute("list", list.id);
      this.gui = document.createElement("div");
      this.gui.className = "wz-limit-editor";
      this.gui.appendChild(this.box);
      this.gui.appendChild(list);
    }
    getGui() { return this.gui; }
    afterGuiAttached() { this.box.focus(); this.box.select(); }
    getValue() {
      var names = this.names;
      function known(typed) {
        var same = names.filter(function (name) { return plain(name) === plain(typed); });
        return same.length ? same[0] : typed.trim();
      }
      return this.isList ? this.box.value.split(/[,;]/).map(known).filter(Boolean).join(", ") : known(this.box.value);
    }
    isPopup() { return false; }
    destroy() {}
  };

  components.qpoRemove = function (props) {
    return window.React.createElement(
      "button",
      { type: "button", className: "wz-limit-remove", tabIndex: -1, "aria-label": "Remove row " + (props.node.rowIndex + 1), "data-limit-remove": props.data.id },
      window.React.createElement("i", { className: "bi bi-trash", "aria-hidden": "true" })
    );
  };

  function rowsOf(draft) {
    return (draft && draft.others || []).filter(function (row) { return row && !row.kind; });
  }
  function content(rows) {
    return JSON.stringify(rows.map(function (row) { return [row.id].concat(FIELDS.map(function (field) { return row[field] || ""; })); }));
  }
  function withRows(draft, rows) {
    var older = (draft.others || []).filter(function (row) { return row && row.kind; });
    return Object.assign({}, draft, { others: older.concat(rows) });
  }
  function remembered(rows) {
    var frame = document.getElementById(FRAME);
    if (frame) { frame.dataset.rows = content(rows); }
  }

  function learn(draft, loaded, kinds) {
    state.kinds = kinds || [];
    var chosen = new Set(draft.assets || []);
    var rows = loaded.assets.filter(function (row) { return chosen.has(row.symbol); });
    if (!rows.length) { rows = loaded.assets; }
    var names = { assets: [], sector: [] };
    function note(of, name) { names[of] = names[of] || []; if (name && names[of].indexOf(name) < 0) { names[of].push(name); } }
    rows.forEach(function (row) {
      note("assets", row.symbol);
      note("sector", row.sector);
      Object.keys(row.groups || {}).forEach(function (of) {
        groupsIn({ one: row.groups[of] }).forEach(function (name) { note(of, name); });
      });
    });
    state.own = draft.own_groups || {};
    Object.keys(state.own).forEach(function (of) {
      if (names[of] || state.kinds.some(function (one) { return one.of === of; })) { groupsIn(state.own[of]).forEach(function (name) { note(of, name); }); }
    });
    names.factor = Object.keys(draft.own_factors || {});
    Object.keys(names).forEach(function (of) { names[of].sort(); });
    state.names = names;
  }

  /* Draw cells anew, but never the one that somebody is typing into: it would lose what was typed. */
  function redraw(api, nodes) {
    var busy = api.getEditingCells().map(function (cell) { return cell.colId || cell.column.getColId(); });
    var columns = FIELDS.filter(function (field) { return busy.indexOf(field) < 0; });
    api.refreshCells({ rowNodes: nodes, columns: columns, force: true });
  }

  /* Start typing where a new row needs it first. */
  function begin(id) {
    withGrid(function (api) {
      var tries = 0;
      (function attempt() {
        var node = api.getRowNode(id);
        if (!node && tries < 60) { tries += 1; setTimeout(attempt, 40); return; }
        if (!node) { return; }
        var off = offOf(node.data);
        var first = /:\s*$/.test(node.data.limit) ? ["limit"] : [];
        var field = first.concat(["of", "most", "least", "firm"]).filter(function (one) { return off.indexOf(one) < 0; })[0];
        api.ensureIndexVisible(node.rowIndex);
        api.setFocusedCell(node.rowIndex, field);
        api.startEditingCell({ rowIndex: node.rowIndex, colKey: field });
      })();
    });
  }

  function settle() {
    var input = document.querySelector("#" + UPLOAD + " input[type=file]");
    if (input) { input.tabIndex = -1; input.setAttribute("aria-hidden", "true"); }
  }

  dc.limits = {
    /* The draft has changed: show its rows, unless they are what somebody is typing here. */
    follow: function (draft, loaded, kinds) {
      if (!draft || !loaded || !kinds) { return [dc.no_update, dc.no_update]; }
      learn(draft, loaded, kinds);
      settle();
      var rows = rowsOf(draft), frame = document.getElementById(FRAME), fold = document.getElementById("wizard-limits-fold");
      var count = rows.length ? "(" + rows.length + ")" : "";
      if (fold && rows.length && fold.dataset.opened !== "yes") { fold.open = true; fold.dataset.opened = "yes"; }
      if (!frame || frame.dataset.rows === content(rows)) { return [dc.no_update, count]; }
      remembered(rows);
      return [rows.map(function (row) { return Object.assign({ off: offOf(row) }, row); }), count];
    },

    /* A cell was typed into. */
    edit: function (events, draft) {
      if (!draft || !events) { return dc.no_update; }
      var changed = {};
      (Array.isArray(events) ? events : [events]).forEach(function (event) { if (event && event.data) { changed[event.data.id] = event.data; } });
      var rows = rowsOf(draft).map(function (row) {
        var data = changed[row.id];
        if (!data) { return row; }
        var kept = { id: row.id };
        FIELDS.forEach(function (field) { kept[field] = data[field] === undefined || data[field] === null ? "" : String(data[field]); });
        return kept;
      });
      remembered(rows);
      withGrid(function (api) {
        api.forEachNode(function (node) { if (changed[node.data.id]) { node.data.off = offOf(node.data); } });
        redraw(api);
      });
      return withRows(draft, rows);
    },

    add: function (clicks, words, draft) {
      if (!clicks || !draft) { return dc.no_update; }
      var named = String(words || "Country"), own = ownKinds();
      if (/:\s*$/.test(named) && own.length === 1) { named = own[0]; }
      var row = { id: "n" + Date.now().toString(36), limit: named, firm: "must hold" };
      FIELDS.forEach(function (field) { row[field] = row[field] || ""; });
      begin(row.id);
      return withRows(draft, rowsOf(draft).concat([row]));
    },

    remove: function (removed, clicks, draft) {
      var none = [dc.no_update, dc.no_update, dc.no_update, dc.no_update];
      if (!draft) { return none; }
      var rows = rowsOf(draft);
      var isAll = dc.callback_context.triggered_id === "wizard-limits-clear";
      var ids = isAll ? rows.map(function (row) { return row.id; }) : (removed || {}).ids || [];
      var left = rows.filter(function (row) { return ids.indexOf(row.id) < 0; });
      var count = rows.length - left.length;
      if (!count) { return none; }
      var after = withRows(draft, left);
      return [after, { before: draft, after: after }, false, count === 1 ? "1 row removed." : count + " rows removed."];
    },

    /* Take back what the last import or removal changed; what was typed elsewhere since then stays. */
    undo: function (clicks, kept, loaded, draft) {
      if (!clicks || !kept || !loaded) { return [dc.no_update, dc.no_update, dc.no_update]; }
      var back = Object.assign({}, draft || kept.after);
      Object.keys(kept.before).forEach(function (key) {
        if (JSON.stringify(kept.before[key]) !== JSON.stringify(kept.after[key])) { back[key] = kept.before[key]; }
      });
      return [Object.assign({}, loaded, { draft: back, mended: true, turn: Date.now() }), true, "Taken back: the limits are as they were before."];
    },

    file: function (contents, name) {
      if (!contents) { return dc.no_update; }
      var text = contents.slice(contents.indexOf(",") + 1);
      var size = Math.max(0, Math.floor(text.length * 3 / 4) - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0));
      dc.set_props(UPLOAD, { contents: null });
      var input = document.querySelector("#" + UPLOAD + " input[type=file]");
      if (input) { input.value = ""; } // the same file may be chosen again once it was put right
      return { name: name, size: size, limit: FILE_MAX_BYTES, content: size > FILE_MAX_BYTES ? null : contents, at: Date.now() };
    },

    text: function (clicks, text) {
      return clicks ? { name: "pasted", text: text || "", at: Date.now() } : dc.no_update;
    },

    /* What the check found wrong is shown at the cells. */
    mark: function (preview) {
      var cells = (preview || {}).cells || {}, keys = (preview || {}).keys || [];
      withGrid(function (api) {
        api.forEachNode(function (node) {
          var head = "others." + node.data.id + ".";
          var bad = FIELDS.filter(function (field) { return keys.indexOf(head + field) >= 0; });
          if (JSON.stringify(node.data.bad || []) === JSON.stringify(bad)) { return; }
          node.data.bad = bad;
          node.data.why = {};
          bad.forEach(function (field) { node.data.why[field] = cells[head + field]; });
          redraw(api, [node]);
        });
      });
    }
  };

  function drop(id) { if (id) { dc.set_props("wizard-limits-removed", { data: { ids: [id], at: Date.now() } }); } }

  document.addEventListener("click", function (event) {
    var knob = event.target instanceof Element ? event.target.closest("[data-limit-remove]") : null;
    if (knob) { drop(knob.dataset.limitRemove); }
  });

  document.addEventListener("keydown", function (event) {
    var cell = event.target instanceof Element ? event.target.closest("#" + GRID + " .ag-cell") : null;
    if (!cell || event.target.closest("input, textarea")) { return; }
    var isRemove = cell.getAttribute("col-id") === "remove" && ["Enter", " ", "Delete"].indexOf(event.key) >= 0;
    if (!isRemove && !(event.key === "Delete" && event.shiftKey)) { return; }
    event.preventDefault();
    event.stopPropagation();
    drop(cell.closest(".ag-row").getAttribute("row-id"));
  }, true);

  /* Rows that were copied in a spreadsheet come from the clipboard; one cell goes into the cell that has the focus. */
  document.addEventListener("paste", function (event) {
    var at = document.activeElement;
    if (!at || !at.closest("#" + FRAME) || at.closest("input, textarea")) { return; }
    var text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
    if (!text.trim()) { return; }
    event.preventDefault();
    var cell = at.closest(".ag-cell");
    if (cell && !/[\t\n]/.test(text.trim())) {
      withGrid(function (api) {
        var node = api.getRowNode(cell.closest(".ag-row").getAttribute("row-id"));
        var column = cell.getAttribute("col-id");
        if (node && FIELDS.indexOf(column) >= 0) { node.setDataValue(column, text.trim()); }
      });
      return;
    }
    dc.set_props("wizard-limits-given", { data: { name: "pasted", text: text, at: Date.now() } });
  });
})();
