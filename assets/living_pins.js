/* Up to four portfolios that were pinned, side by side: figures, and weights as differences from the first. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var MOST = 4, ROWS_MAX = 20, SAME = 5e-4;
  var FULL = "Four portfolios are pinned, which is the most. Remove one under \u201cPinned portfolios\u201d to pin another.";

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function cell(row, text, className, value, unit) { row.appendChild(qpo.livingTables.exact(make("td", "num " + (className || ""), text), value, unit)); }

  function lineOf(body, name, pins, value, write, sign, unit) {
    var row = make("tr"), head = make("th", "", name), first = value(pins[0]);
    head.scope = "row";
    row.appendChild(head);
    pins.forEach(function (pin, n) {
      var own = value(pin), tone = "";
      if (n && sign && own !== null && first !== null && Math.abs(own - first) > 1e-9) { tone = sign * (own - first) > 0 ? "is-better" : "is-worse"; }
      cell(row, own === null ? "\u2014" : write(own), tone, own, unit || "");
    });
    body.appendChild(row);
  }

  function weightRows(body, model, pins) {
    var panel = qpo.livingPanel, order = qpo.livingMap.order().filter(function (n) { return pins.some(function (pin) { return Math.abs(pin.weights[n]) > SAME; }); });
    order.slice(0, ROWS_MAX).forEach(function (n) {
      var row = make("tr"), head = make("th", "", model.assets[n]);
      head.scope = "row";
      row.appendChild(head);
      pins.forEach(function (pin, k) {
        var change = pin.weights[n] - pins[0].weights[n], text = panel.weight(pin.weights[n]);
        var place = qpo.livingTables.exact(make("td", "num", text), pin.weights[n], "fraction");
        if (k && Math.abs(change) > SAME) { place.appendChild(make("span", "living-change " + (change > 0 ? "is-up" : "is-down"), " " + panel.points(change))); }
        row.appendChild(place);
      });
      body.appendChild(row);
    });
    return order.length - Math.min(order.length, ROWS_MAX);
  }

  function heads(table, pins) {
    var head = make("thead"), row = make("tr"), corner = make("th", "", "Portfolio");
    corner.scope = "col";
    row.appendChild(corner);
    pins.forEach(function (pin, n) {
      var place = make("th", "num"), letter = "ABCD".charAt(n);
      place.scope = "col";
      place.appendChild(make("span", "living-letter", letter));
      [["Show", "bi-arrow-return-left", function () { qpo.living.showPin(n); }], ["Remove", "bi-x-lg", function () { qpo.living.unpin(n); }]].forEach(function (one) {
        var knob = make("button", "living-icon"), glyph = make("i", "bi " + one[1]);
        knob.type = "button";
        knob.setAttribute("aria-label", one[0] + " portfolio " + letter);
        knob.title = one[0];
        glyph.setAttribute("aria-hidden", "true");
        knob.appendChild(glyph);
        knob.addEventListener("click", one[2]);
        place.appendChild(knob);
      });
      row.appendChild(place);
    });
    head.appendChild(row);
    table.appendChild(head);
  }

  qpo.livingPins = {
    most: MOST,

    /* The button stays within reach where no room is left, and the reason stands beside it. */
    limit: function (count) {
      var knob = document.getElementById("living-pin"), why = document.getElementById("living-pin-full"), isFull = count >= MOST, words = isFull ? FULL : "";
      if (!knob || !why) { return; }
      if (isFull) { knob.setAttribute("aria-disabled", "true"); } else { knob.removeAttribute("aria-disabled"); }
      if (why.textContent !== words) { why.textContent = words; }
    },

    draw: function (host, model, pins) {
      host.replaceChildren();
      var panel = qpo.livingPanel;
      if (!pins.length) { host.appendChild(make("p", "muted", "Nothing is pinned. \u201cPin this portfolio\u201d keeps the point as it stands, with its limits, to compare it with others.")); return; }
      var table = make("table", "table-q living-pins"), body = make("tbody");
      table.appendChild(make("caption", "visually-hidden", "Pinned portfolios compared"));
      heads(table, pins);
      lineOf(body, "Expected return", pins, function (pin) { return pin.gain; }, panel.rate, 1, "fraction");
      lineOf(body, "Volatility", pins, function (pin) { return pin.risk; }, panel.rate, -1, "fraction");
      lineOf(body, "Sharpe ratio", pins, function (pin) { return pin.sharpe; }, function (value) { return panel.number(value, 2); }, 1);
      if (model.esg) { lineOf(body, "ESG score", pins, function (pin) { return qpo.livingModel.score(model, pin.weights); }, function (value) { return panel.number(value, 1); }, 1); }
      if (model.current) { lineOf(body, "One-way trade", pins, function (pin) { return qpo.livingModel.turnover(model, pin.weights); }, panel.weight, -1, "fraction"); }
      var row = make("tr"), head = make("th", "", "Limits moved");
      head.scope = "row";
      row.appendChild(head);
      pins.forEach(function (pin) {
        var words = Object.keys(pin.moves).filter(function (key) { return model.byKey[key]; }).map(function (key) { return model.byKey[key].label + " " + qpo.livingHandles.said(model.byKey[key], pin.moves[key]); });
        row.appendChild(make("td", "living-moves", words.join("; ") || "none"));
      });
      body.appendChild(row);
      var left = weightRows(body, model, pins);
      table.appendChild(body);
      var box = make("div", "living-scroll");
      box.tabIndex = 0;
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", "Pinned portfolios");
      box.appendChild(table);
      host.appendChild(qpo.livingTables.framed(box));
      if (left) { host.appendChild(make("p", "muted", left + " smaller positions are not shown.")); }
    }
  };
})();
