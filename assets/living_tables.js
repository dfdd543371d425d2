/* Tables that the page of the frontier draws by itself: each is taken along like every other (assets/take.js), and the
   portfolios between the parallel axes stand in one as well. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var REDRAW_MS = 200, DIGITS = 12;

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  /* The button that components/take.py draws below a table. */
  function button() {
    var knob = make("button", "take"), glyph = make("i", "bi bi-download");
    knob.type = "button";
    knob.title = "Take these rows along";
    [["data-take", ""], ["aria-label", knob.title], ["aria-haspopup", "menu"], ["aria-expanded", "false"]].forEach(function (one) { knob.setAttribute(one[0], one[1]); });
    glyph.setAttribute("aria-hidden", "true");
    knob.appendChild(glyph);
    return knob;
  }

  function framed(node) {
    var frame = make("div", "table-frame");
    frame.appendChild(node);
    frame.appendChild(button());
    return frame;
  }

  /* What a cell's text was written from, as spreadsheets get it. */
  function exact(cell, value, unit) {
    if (value === null || !isFinite(value)) { cell.removeAttribute("data-value"); return cell; }
    cell.dataset.value = String(Number(value.toPrecision(DIGITS)));
    cell.dataset.unit = unit;
    return cell;
  }

  function kept(lines, axes, shown) {
    var table = make("table", "table-q"), head = make("thead"), top = make("tr"), body = make("tbody");
    table.appendChild(make("caption", "visually-hidden", "Portfolios within the ranges, the best Sharpe ratio first"));
    [""].concat(axes).forEach(function (axis) {
      var cell = make("th", axis ? "num" : "", axis ? axis.name : "Portfolio");
      cell.scope = "col";
      top.appendChild(cell);
    });
    lines.forEach(function (one, n) {
      var row = make("tr"), name = make("th"), knob = make("button", "living-asset num", String(n + 1));
      name.scope = "row";
      knob.type = "button";
      knob.setAttribute("aria-label", "Show portfolio " + (n + 1));
      knob.addEventListener("click", function () { qpo.living.show(one.moves, one.gain); });
      name.appendChild(knob);
      row.appendChild(name);
      axes.forEach(function (axis) {
        var value = one[axis.key], is = value !== null && value !== undefined && isFinite(value), cell = make("td", "num", is ? shown(axis, value) : "\u2014");
        row.appendChild(is ? exact(cell, value, axis.plain ? "" : "fraction") : cell);
      });
      body.appendChild(row);
    });
    head.appendChild(top);
    table.appendChild(head);
    table.appendChild(body);
    return table;
  }

  qpo.livingTables = {
    framed: framed, exact: exact,

    /* What folds out below the axes; `read` says which portfolios are kept and by what they are told. Rows are made while
       it is open only, and not with every frame of a drag. */
    twin: function (read) {
      var fold = make("details", "more living-twin"), box = make("div", "living-scroll"), later = null;
      fold.appendChild(make("summary", "", "Table"));
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", "Portfolios within the ranges");
      fold.appendChild(framed(box));
      function fill() {
        if (!fold.open || !fold.isConnected) { return; }
        var found = read();
        box.replaceChildren(kept(found.lines, found.axes, found.shown));
      }
      fold.addEventListener("toggle", fill);
      return { node: fold, again: function () { window.clearTimeout(later); later = window.setTimeout(fill, REDRAW_MS); } };
    }
  };
})();
