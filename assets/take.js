/* Takes one table along: its menu, and the reading of the table with the exact values that its cells carry. Charts and
   whole pages use the same menu: assets/take_chart.js and assets/take_page.js name their kinds and read what is shown. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var qpo = (window.qpo = window.qpo || {});
  var MISSING = "\u2014";
  var KINDS = [["csv", "CSV", "all digits"], ["xlsx", "Excel", "all digits"], ["copy", "Copy", "for a spreadsheet"]];
  var ways = { table: { label: "Take this table along", kinds: function () { return KINDS; }, chosen: takeTable } };
  var GRID_UNITS = { weight: "fraction", percent: "fraction", signed_percent: "fraction", signed_points: "fraction" };
  var GRID_NUMBERS = ["money", "signed_money", "number", "ratio", "price", "quantity", "shares", "count"];
  var AMOUNTS = ["money", "signed_money", "quantity", "shares"]; // masked while amounts are hidden
  var MASK = "\u2022\u2022\u2022\u2022";
  var asked = 0;
  var owner = null;

  function menu() {
    var box = document.getElementById("take-menu");
    if (box) return box;
    box = document.createElement("div");
    box.id = "take-menu";
    box.className = "take-menu";
    box.setAttribute("role", "menu");
    box.hidden = true;
    document.body.appendChild(box);
    return box;
  }

  function wayOf(button) { return ways[button.getAttribute("data-take")] || ways.table; }

  function fill(box, button) {
    box.textContent = "";
    box.setAttribute("aria-label", wayOf(button).label);
    wayOf(button).kinds(button).forEach(function (kind) {
      var item = document.createElement("button");
      item.type = "button";
      item.className = "menu-item";
      item.setAttribute("role", "menuitem");
      item.setAttribute("data-take-as", kind[0]);
      [["menu-item-text", kind[1]], ["menu-item-hint", kind[2]]].forEach(function (part) {
        var words = document.createElement("span");
        words.className = part[0];
        words.textContent = part[1];
        item.appendChild(words);
      });
      box.appendChild(item);
    });
  }

  function open(button) {
    var box = menu();
    fill(box, button);
    owner = button;
    button.setAttribute("aria-expanded", "true");
    box.hidden = false;
    put(box, button);
    box.querySelector("button").focus({ preventScroll: true });
  }

  function put(box, button) {
    var place = button.getBoundingClientRect();
    var size = box.getBoundingClientRect();
    box.style.left = Math.max(8, Math.min(place.right - size.width, window.innerWidth - size.width - 8)) + "px";
    box.style.top = (place.bottom + 4 + size.height > window.innerHeight ? Math.max(8, place.top - size.height - 4) : place.bottom + 4) + "px";
  }

  /* the menu goes along with its button, and closes once that has left the screen */
  function moved() {
    var box = menu();
    if (box.hidden || !owner) return;
    var place = owner.getBoundingClientRect();
    if (!document.contains(owner) || place.bottom < 0 || place.top > window.innerHeight) close(false);
    else put(box, owner);
  }

  function close(isFocused) {
    var box = menu();
    if (box.hidden) return;
    box.hidden = true;
    box.textContent = "";
    if (owner) owner.setAttribute("aria-expanded", "false");
    if (owner && isFocused) owner.focus();
    owner = null;
  }

  /* The words of a cell: what opens inside it is no part of it; a shape alone is told by the end of what it is called. */
  function words(cell) {
    var copy = cell.cloneNode(true);
    copy.querySelectorAll("details, .take, [aria-hidden=true]").forEach(function (one) { one.remove(); });
    var said = copy.textContent.replace(/\s+/g, " ").trim(), shape = said ? null : copy.querySelector("[title]");
    return shape ? shape.title.split(": ").pop() : said;
  }

  function cellOf(cell) {
    var made = { text: words(cell).slice(0, 2000) };
    if (cell.hasAttribute("data-value")) {
      made.value = cell.getAttribute("data-value");
      made.unit = cell.getAttribute("data-unit") || "";
    }
    return made;
  }

  /* The cells of a row; one that holds a picture alone is none. */
  function told(row) { return Array.prototype.filter.call(row.cells, function (cell) { return cell.getAttribute("aria-hidden") !== "true"; }); }

  function readTables(frame) {
    var tables = Array.prototype.slice.call(frame.querySelectorAll("table"));
    var head = tables[0] && tables[0].tHead;
    var rows = [];
    tables.forEach(function (table) {
      Array.prototype.forEach.call(table.tBodies, function (body) { Array.prototype.push.apply(rows, body.rows); });
      if (table.tFoot) Array.prototype.push.apply(rows, table.tFoot.rows);
    });
    var cells = rows.map(function (row) { return told(row).map(cellOf); });
    var widest = cells.reduce(function (most, row) { return Math.max(most, row.length); }, 1);
    var heads = head ? told(head.rows[head.rows.length - 1]).map(words) : [];
    while (heads.length < widest) heads.push(heads.length ? "Value" : "Name");
    var caption = tables[0] && tables[0].caption && words(tables[0].caption);
    return { caption: caption || captionOf(frame, tables[0]), heads: heads, rows: cells };
  }

  function captionOf(frame, table) {
    var titled = frame.closest(".card, section, [role=tabpanel], main");
    var heading = titled && titled.querySelector("h2, h3, .card-title");
    return (table && table.getAttribute("aria-label")) || frame.getAttribute("aria-label") || (heading && words(heading)) || "Table";
  }

  function gridCell(value, kind, row, renderer) {
    if (value === null || value === undefined || value === "") return { text: "" };
    if (qpo.gridWords && qpo.gridWords[renderer]) return { text: String(qpo.gridWords[renderer](value, row)).slice(0, 2000) };
    if (typeof value === "object") return { text: String(value.text || value.label || value.name || "") };
    if (document.documentElement.hasAttribute("data-private") && AMOUNTS.indexOf(kind) >= 0) return { text: MASK };
    var isNumber = kind in GRID_UNITS || GRID_NUMBERS.indexOf(kind) >= 0;
    if (isNumber && isFinite(Number(value))) return { text: String(value), value: String(value), unit: GRID_UNITS[kind] || "" };
    if (kind === "date" && /^\d{4}-\d\d-\d\d$/.test(String(value))) return { text: String(value), value: String(value), unit: "date" };
    return { text: String(value).slice(0, 2000) };
  }

  function readGrid(frame, columns) {
    var host = frame.querySelector(".grid-q");
    var api = host && window.dash_ag_grid && window.dash_ag_grid.getApi(host.id);
    var rows = [];
    if (api) {
      api.forEachNodeAfterFilterAndSort(function (node) {
        if (node.data) rows.push(columns.map(function (one) { return gridCell(node.data[one[0]], one[2], node.data, one[3]); }));
      });
    }
    return { caption: captionOf(frame, null), heads: columns.map(function (one) { return one[1]; }), rows: rows };
  }

  function read(button) {
    var frame = button.closest(".table-frame, .grid-frame");
    var grid = button.getAttribute("data-take-grid");
    return grid ? readGrid(frame, JSON.parse(grid)) : readTables(frame);
  }

  /* as services.exports_table.safe_text: what a spreadsheet would compute is shown instead */
  function safe(text) {
    var plain = String(text).replace(/[\t\r\n]+/g, " ");
    return /^[=+\-@]/.test(plain) ? "'" + plain : plain;
  }

  function plain(table) {
    var lines = [table.heads.map(safe)];
    table.rows.forEach(function (row) {
      lines.push(row.map(function (one) { return one.value !== undefined ? one.value : one.text === MISSING ? "" : safe(one.text); }));
    });
    return lines.map(function (line) { return line.join("\t"); }).join("\n");
  }

  function say(text) {
    var box = document.getElementById("shell-announce");
    if (box) box.textContent = text;
  }

  function copied(table) {
    var text = plain(table);
    var done = function () { say(table.caption + " is copied."); };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(done, function () { byHand(text, done); });
    } else byHand(text, done);
  }

  function byHand(text, done) {
    var field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "visually-hidden";
    document.body.appendChild(field);
    field.select();
    document.execCommand("copy");
    field.remove();
    done();
  }

  function send(data) { dash.set_props("shell-take", { data: Object.assign(data, { count: ++asked }) }); }

  function takeTable(button, kind) {
    var table = read(button);
    if (kind === "copy") copied(table);
    else send(Object.assign(table, { format: kind }));
  }

  qpo.take = { ways: ways, send: send, say: say, readTables: readTables };

  document.addEventListener("click", function (event) {
    var target = event.target;
    var button = target.closest && target.closest("[data-take]");
    var item = target.closest && target.closest("[data-take-as]");
    if (button) {
      if (owner === button) close(true);
      else { close(false); open(button); }
    } else if (item && owner) {
      var from = owner;
      close(true);
      wayOf(from).chosen(from, item.getAttribute("data-take-as"));
    } else close(false);
  });
  document.addEventListener("keydown", function (event) {
    var box = menu();
    if (box.hidden) return;
    var items = Array.prototype.slice.call(box.querySelectorAll("button"));
    var place = items.indexOf(document.activeElement);
    var next = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: items.length - 1 }[event.key];
    if (event.key === "Escape") {
      event.preventDefault();
      close(true);
    } else if (event.key === "Tab") close(true);
    else if (next !== undefined) {
      event.preventDefault();
      items[(next + items.length) % items.length].focus();
    }
  }, true);
  window.addEventListener("scroll", moved, { passive: true, capture: true });
  window.addEventListener("resize", moved);
})();
