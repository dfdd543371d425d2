/* Takes a whole page along as it stands: its words, key figures, tables and charts in the order of the screen. */
(function () {
  "use strict";
  var qpo = window.qpo;
  var KINDS = [
    ["pdf", "PDF", "this page"],
    ["pdf:numbers", "PDF", "with the charts' numbers"],
    ["png", "PNG", "one sheet"],
    ["svg", "SVG", "one sheet"],
    ["print", "Print", "by this browser"]
  ];
  var OUT = "nav, script, style, template, .skeleton, .visually-hidden, .take, .menu, .take-menu, [role=tablist], [role=tooltip], .chart-tools, .btn-q, .frontier-layers";
  var BLOCKS = "div, p, table, ul, ol, dl, section, figure, input, select, textarea, h2, h3, h4, canvas, details, .grid-frame";
  var ABOUT_ONE = /^\/(risk|performance|stress|frontier|rebalance)$/;
  var ROWS_MOST = 5000, UNIT_MOST = 4;
  var EARLY = "Parts of this page were still being computed when it was taken along.";
  var drawings = {};

  function isShown(node) {
    return node.checkVisibility ? node.checkVisibility({ visibilityProperty: true }) : node.offsetParent !== null;
  }

  /* The words that are seen of a part; spaces stand between its blocks. */
  function words(node) {
    var said = [];
    (function walk(one) {
      if (one.nodeType === 3) { said.push(one.nodeValue); return; }
      if (one.nodeType !== 1 || one.matches(OUT) || one.getAttribute("aria-hidden") === "true" || !isShown(one)) return;
      if (one.tagName === "BR") { said.push(" "); return; }
      if (one.tagName === "INPUT" || one.tagName === "SELECT") { said.push(" " + valueOf(one) + " "); return; }
      var apart = one.tagName === "SMALL" || window.getComputedStyle(one).display !== "inline";
      if (apart) said.push(" ");
      one.childNodes.forEach(walk);
      if (apart) said.push(" ");
    })(node);
    return said.join("").replace(/\s+/g, " ").trim();
  }

  function named(node) {
    var inner = node.matches("[aria-label], [title]") ? node : node.querySelector("[aria-label], [title]");
    return inner ? inner.getAttribute("aria-label") || inner.getAttribute("title") || "" : "";
  }

  function valueOf(field) {
    if (field.type === "password" || field.type === "hidden" || field.type === "file") return "";
    if (field.type === "checkbox" || field.type === "radio") return field.checked ? "\u2713" : "";
    if (field.tagName === "SELECT") return field.selectedOptions.length ? field.selectedOptions[0].textContent : "";
    if (field.type === "date" && field.value) return window.dashAgGridFunctions.qpoDate(field.value); // as the reader writes days
    return field.value || "";
  }

  /* A course that stands as a picture in a mask, or as a line of a grid: its points from left to right. */
  function course(node) {
    var box = node.matches(".spark") ? node : node.querySelector(".spark");
    var line = node.querySelector("svg polyline");
    var points = line ? line.getAttribute("points") : "";
    if (box) {
      var coded = /base64,([A-Za-z0-9+/=]+)/.exec(box.getAttribute("style") || "");
      points = coded ? (/points="([^"]+)"/.exec(window.atob(coded[1])) || ["", ""])[1] : "";
    }
    var values = points.split(" ").filter(Boolean).map(function (one) { return -Number(one.split(",")[1]); });
    return values.length > 1 ? { spark: values.slice(0, 400) } : null;
  }

  /* a cell that shows a sign only is named "Core, No sector above 30%: broken": its row and column say the rest */
  function cellOf(cell) { return words(cell).slice(0, 4000) || course(cell) || named(cell).split(": ").pop().slice(0, 400); }

  function spread(row, read) {
    var made = [];
    Array.prototype.forEach.call(row.cells, function (cell) {
      made.push(read(cell));
      for (var n = 1; n < cell.colSpan; n += 1) made.push(read === cellOf ? "" : ["", false]);
    });
    return made;
  }

  function headOf(cell) { return [words(cell).slice(0, 400), cell.classList.contains("num")]; }

  function tableOf(table) {
    var head = table.tHead && table.tHead.rows.length ? spread(table.tHead.rows[table.tHead.rows.length - 1], headOf) : [];
    var rows = Array.prototype.filter.call(table.rows, function (row) { return row.parentNode !== table.tHead && isShown(row); });
    var cells = rows.slice(0, ROWS_MOST).map(function (row) { return spread(row, cellOf); });
    var widest = Math.min(40, cells.reduce(function (most, row) { return Math.max(most, row.length); }, head.length));
    while (head.length < widest) head.push(["", false]);
    return { kind: "table", heads: head.slice(0, widest), rows: cells.map(function (row) { return row.slice(0, widest); }) };
  }

  /* a row that no screen drew reads as its renderer would have drawn it, its mark of sample data too */
  function undrawn(renderer, value, row) {
    var said = window.qpo.gridWords && window.qpo.gridWords[renderer];
    if (said) return said(value, row);
    if (renderer !== "qpoName") return value;
    return [value, [row.is_sample ? "Sample, fictitious" : "", row.note].filter(Boolean).join(" \u00b7 ")].filter(Boolean).join(" ");
  }

  function gridCell(api, host, node, column) {
    var definition = column.getColDef(), drawn = definition.cellRenderer;
    var place = drawn && host.querySelector('.ag-row[row-index="' + node.rowIndex + '"] [col-id="' + column.getColId() + '"]');
    if (place) return cellOf(place);
    var value = api.getCellValue({ rowNode: node, colKey: column, useFormatter: !drawn });
    if (typeof value === "number") value = api.getCellValue({ rowNode: node, colKey: column, useFormatter: true });
    if (drawn) value = undrawn(drawn, value, node.data);
    if (Array.isArray(value) && value.length > 1 && value.every(isFinite)) return { spark: value.map(Number).slice(0, 400) };
    if (value && typeof value === "object") value = value.text || value.label || value.name || "";
    return value === null || value === undefined ? "" : String(value).slice(0, 4000);
  }

  function gridOf(frame) {
    var host = frame.querySelector(".grid-q"), api = host && window.dash_ag_grid && window.dash_ag_grid.getApi(host.id);
    if (!api) return null;
    var columns = api.getAllDisplayedColumns().filter(function (one) { return one.getColDef().field && one.getColDef().headerName; }).slice(0, 40);
    var rows = [];
    api.forEachNodeAfterFilterAndSort(function (node) {
      if (node.data && rows.length < ROWS_MOST) rows.push(columns.map(function (one) { return gridCell(api, host, node, one); }));
    });
    if (!columns.length) return null;
    var heads = columns.map(function (one) {
      return [String(one.getColDef().headerName || "").slice(0, 400), one.getColDef().type === "rightAligned"];
    });
    return { kind: "table", heads: heads, rows: rows, note: rows.length ? "" : words(frame).slice(0, 400) };
  }

  function figuresOf(strip) {
    var found = [];
    strip.querySelectorAll(".kpi").forEach(function (card) {
      if (!isShown(card) || card.querySelector(".skeleton")) return;
      var part = function (selector) { var one = card.querySelector(selector); return one ? words(one).slice(0, 400) : ""; };
      var line = course(card);
      found.push({ label: part(".kpi-label"), value: part(".kpi-value") || "\u2014", note: part(".kpi-row"), spark: line && line.spark });
    });
    return found.length ? { kind: "figures", figures: found } : null;
  }

  function factsOf(list) {
    var rows = [], last = "";
    Array.prototype.forEach.call(list.querySelectorAll("dt, dd"), function (one) {
      if (!isShown(one)) return;
      if (one.tagName === "DT") last = words(one);
      else { rows.push([last, words(one) || named(one)]); last = ""; }
    });
    return rows.length ? { kind: "table", heads: [["", false], ["", false]], rows: rows } : null;
  }

  function labelOf(field) {
    var label = (field.labels && field.labels[0]) || null;
    return (label && words(label)) || field.getAttribute("aria-label") || "";
  }

  /* What is chosen among words side by side, or which filters are on; nothing where a group holds anything else. */
  function chosenOf(group) {
    var only = group.children.length === 1 && group.firstElementChild;
    var one = only && only.matches(".segments") && only.querySelector("input:checked");
    if (one) return one.labels.length ? words(one.labels[0]) : "";
    if (!group.matches(".pills")) return "";
    return Array.prototype.map.call(group.querySelectorAll("[aria-pressed=true]"), words).join(", ");
  }

  function isRowOfButtons(node) {
    return node.children.length > 0 && Array.prototype.every.call(node.children, function (one) { return one.matches("button, .btn-q"); });
  }

  /* The address, with the portfolio that a choice names where the address does not: on pages that are about one. */
  function asked() {
    var search = window.location.search;
    if (/[?&](portfolio|run)=/.test(search) || !ABOUT_ONE.test(window.location.pathname)) return search;
    var chosen = Array.prototype.find.call(document.querySelectorAll("#shell-content select"), function (one) {
      return isShown(one) && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(one.value);
    });
    return chosen ? search + (search ? "&" : "?") + "portfolio=" + chosen.value : search;
  }

  /* Reads the page part by part. */
  function Reader(hasNumbers) {
    this.hasNumbers = hasNumbers;
    this.heading = "";
    this.parts = [];
    this.isEarly = false;
  }
  Reader.prototype.put = function (part) {
    if (!part) return;
    this.parts.push(Object.assign({ heading: this.heading.slice(0, 400) }, part));
    this.heading = "";
  };
  Reader.prototype.tell = function (sentence) {
    if (!sentence) return;
    var last = this.parts[this.parts.length - 1];
    if (!this.heading && last && last.kind === "words" && last.sentences.length < 400) last.sentences.push(sentence.slice(0, 4000));
    else this.put({ kind: "words", sentences: [sentence.slice(0, 4000)] });
  };
  Reader.prototype.field = function (field, unit) {
    var label = labelOf(field), value = (valueOf(field) + (unit && valueOf(field) ? " " + unit : "")).trim();
    if (label && field.type !== "radio" && value) this.choice(label, value);
  };
  Reader.prototype.choice = function (label, value) {
    var last = this.parts[this.parts.length - 1], row = [label.slice(0, 400), value.slice(0, 400)];
    if (!this.heading && last && last.isFields) last.rows.push(row);
    else { this.put({ kind: "table", heads: [["Choice", false], ["", false]], rows: [row] }); this.parts[this.parts.length - 1].isFields = true; }
  };
  Reader.prototype.chart = function (frame) {
    var found = qpo.take.chart(frame), twin = frame.querySelector(".chart-table table");
    var isTable = frame.getAttribute("data-twin") === "table";
    if (found && !isTable) this.put(Object.assign({ kind: "chart" }, found));
    if (!twin || !(isTable || this.hasNumbers || !found)) return;
    if (isTable || !found) this.heading = words(frame.querySelector(".chart-title") || frame);
    this.put(twinOf(twin));
  };
  function twinOf(table) {
    var read = function (row) { return Array.prototype.map.call(row.cells, function (cell) { return cell.textContent.trim(); }); };
    var heads = Array.prototype.map.call(table.tHead.rows[0].cells, function (cell) { return [cell.textContent.trim(), cell.classList.contains("num")]; });
    return { kind: "table", heads: heads, rows: Array.prototype.slice.call(table.tBodies[0].rows, 0, ROWS_MOST).map(read) };
  }
  Reader.prototype.visit = function (node) {
    if (node.nodeType === 3) { this.tell(node.nodeValue.replace(/\s+/g, " ").trim()); return; }
    if (node.nodeType !== 1 || !isShown(node)) return;
    if (node.matches(".skeleton")) this.isEarly = true;
    if (node.matches(OUT)) return;
    var drawing = node.id && drawings[node.id];
    if (drawing) { this.put(drawing(node)); return; }
    if (node.getAttribute("aria-hidden") === "true" || node.matches("h1, .page-lead, svg, canvas, img")) return;
    if (node.matches("h2, h3, h4, h5, h6")) {
      if (this.heading) this.put({ kind: "words", sentences: [] }); // one with nothing below it is not lost
      this.heading = words(node);
      return;
    }
    if (node.matches("details")) { if (!node.open) return; }
    if (node.matches("summary")) { if (node.querySelector("h2, h3, h4")) this.each(node); else this.heading = words(node); return; }
    if (node.matches(".chart")) { this.chart(node); return; }
    if (node.matches(".js-plotly-plot")) { this.chart(node.closest(".chart, .card-q") || node.parentNode); return; }
    if (node.matches(".grid-frame")) { this.put(gridOf(node)); return; }
    if (node.matches(".kpis")) { this.put(figuresOf(node)); return; }
    if (node.matches("table")) { var read = tableOf(node); if (read.rows.length && read.heads.length) this.put(read); return; }
    if (node.matches("dl")) { this.put(factsOf(node)); return; }
    var chosen = node.matches("[role=group][aria-label]") ? chosenOf(node) : "";
    if (chosen) { this.choice(node.getAttribute("aria-label"), chosen); return; }
    if (node.matches("input, select, textarea")) { this.field(node); return; }
    if (node.matches("button, label")) { if (node.matches(".term")) this.tell(words(node)); else this.each(node, true); return; }
    if (isRowOfButtons(node)) return;
    var fields = Array.prototype.filter.call(node.children, function (one) { return one.matches("input, select"); });
    var unit = fields.length === 1 ? words(node).replace(valueOf(fields[0]).trim(), "").trim() : null;
    if (unit !== null && unit.length <= UNIT_MOST) { if (isShown(fields[0])) this.field(fields[0], unit); return; }
    if (!node.querySelector(BLOCKS)) { this.tell(words(node)); return; }
    this.each(node);
  };
  Reader.prototype.each = function (node, isFieldsOnly) {
    var self = this;
    node.childNodes.forEach(function (one) {
      if (!isFieldsOnly || (one.nodeType === 1 && one.matches("input, select, textarea"))) self.visit(one);
    });
  };

  function page(hasNumbers) {
    var main = document.getElementById("shell-content"), reader = new Reader(hasNumbers);
    var title = main.querySelector("h1"), lead = main.querySelector(".page-lead"), day = document.querySelector(".as-of-text");
    var tab = Array.prototype.find.call(main.querySelectorAll("[role=tab][aria-selected=true]"), isShown);
    reader.each(main);
    reader.parts.forEach(function (part) { delete part.isFields; });
    if (reader.isEarly) reader.parts.unshift({ heading: "", kind: "words", sentences: [EARLY] });
    return {
      what: "page",
      title: (title && words(title)) || document.title.split(" \u00b7 ")[0] || "Page",
      lead: lead ? words(lead) : "",
      section: [document.title.split(" \u00b7 ")[0], tab ? words(tab) : ""].filter(Boolean).join(", ").slice(0, 400),
      path: window.location.pathname,
      search: asked(),
      as_of: day ? words(day) : "",
      parts: reader.parts.slice(0, 400),
      is_hidden: qpo.take.isHidden()
    };
  }

  /* parts that a script of ours draws, by the ids of their boxes: each returns one part of the page */
  qpo.take.drawings = drawings;
  qpo.take.page = page;
  qpo.take.asked = asked;
  qpo.take.ways.page = {
    label: "Take this page along",
    kinds: function () { return KINDS; },
    chosen: function (button, kind) {
      if (kind === "print") { window.print(); return; }
      var parts = kind.split(":");
      qpo.take.send(Object.assign(page(parts[1] === "numbers"), { format: parts[0] }));
    }
  };
})();
