/* What the point on the moving frontier is: figures, a return to type, places to jump to, and a bar for each weight. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var ROWS_MAX = 16, HELD = 5e-5;
  var parts = null;

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }
  function rate(value) { return window.dashAgGridFunctions.qpoPercent(value, 2); }
  function weight(value) { return window.dashAgGridFunctions.qpoWeight(value, 2); }
  function points(value) { return window.dashAgGridFunctions.qpoSignedWeight(value).replace("%", ""); }
  function number(value, digits) { return window.dashAgGridFunctions.qpoNumber(value, digits); }
  function write(node, text) { if (node && node.textContent !== text) { node.textContent = text; } }

  function figure(list, name, key) {
    var box = make("div", "frontier-figure"), value = make("dd", "num", "");
    box.appendChild(make("dt", "", name));
    value.dataset.figure = key;
    box.appendChild(value);
    list.appendChild(box);
    return value;
  }

  function field(host) {
    var row = make("div", "frontier-move"), side = make("div", "field"), label = make("label", "", "Expected return"), box = make("div", "affix"), input = make("input", "form-control"), wrong = make("p", "field-error");
    input.id = "living-return";
    input.type = "text";
    input.inputMode = "decimal";
    input.autocomplete = "off";
    input.maxLength = 20;
    wrong.id = "living-return-error";
    wrong.setAttribute("aria-live", "polite");
    input.setAttribute("aria-describedby", wrong.id);
    label.htmlFor = input.id;
    box.appendChild(input);
    box.appendChild(make("span", "affix-unit", "%"));
    [label, box, wrong].forEach(function (node) { side.appendChild(node); });
    row.appendChild(side);
    function take() {
      var value = qpo.frontierPanel.typed(input.value) / 100, ends = qpo.living.ends();
      if (!(value >= ends[0] - 5e-5 && value <= ends[1] + 5e-5)) {
        wrong.textContent = "Type a number from " + rate(ends[0]) + " to " + rate(ends[1]) + ".";
        input.setAttribute("aria-invalid", "true");
        return;
      }
      wrong.textContent = "";
      input.removeAttribute("aria-invalid");
      qpo.living.hold();
      qpo.living.toReturn(value);
      qpo.living.settlePoint();
    }
    input.addEventListener("change", take);
    input.addEventListener("keydown", function (event) { if (event.key === "Enter") { take(); } });
    host.appendChild(row);
    parts.input = input;
    parts.wrong = wrong;
    return row;
  }

  function jumps(row, model) {
    var box = make("div", "btn-row");
    [["best", "Highest Sharpe"], ["least", "Least risk"], ["client", "Client profile"], ["current", "Current return"]].forEach(function (one) {
      if ((one[0] === "client" || one[0] === "current") && !model.data[one[0]]) { return; }
      var knob = make("button", "btn-q btn-q-secondary btn-q-small", one[1]);
      knob.type = "button";
      knob.addEventListener("click", function () { qpo.living.jump(one[0]); });
      box.appendChild(knob);
    });
    var pin = make("button", "btn-q btn-q-secondary btn-q-small", "Pin this portfolio");
    pin.type = "button";
    pin.id = "living-pin";
    pin.addEventListener("click", function () { qpo.living.pin(); });
    box.appendChild(pin);
    var full = make("p", "muted living-full");
    full.id = "living-pin-full";
    full.setAttribute("aria-live", "polite");
    pin.setAttribute("aria-describedby", full.id);
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", "Move the point, or pin it");
    row.appendChild(box);
    row.appendChild(full);
  }

  function bars(host, model) {
    host.replaceChildren();
    var order = qpo.livingMap.order(), shown = order.slice(0, order.length > ROWS_MAX + 1 ? ROWS_MAX : order.length);
    var sheet = make("table", "table-q frontier-weights living-weights"), head = make("thead"), top = make("tr"), body = make("tbody");
    sheet.appendChild(make("caption", "visually-hidden", "Weights at the point on the frontier"));
    [["Asset", ""], ["", "frontier-bar-cell"], ["Weight", "num"]].concat(model.current ? [["vs current, pp", "num"]] : []).forEach(function (one) {
      var cell = make("th", one[1], one[0]);
      cell.scope = "col";
      if (!one[0]) { cell.setAttribute("aria-hidden", "true"); }
      top.appendChild(cell);
    });
    head.appendChild(top);
    parts.rest = order.slice(shown.length);
    parts.rows = shown.map(function (n) { return line(body, model, n); });
    if (parts.rest.length) { parts.rows.push(line(body, model, -1)); }
    sheet.appendChild(head);
    sheet.appendChild(body);
    host.appendChild(qpo.livingTables.framed(sheet));
    parts.held = make("p", "muted frontier-held");
    host.appendChild(parts.held);
  }

  function line(body, model, n) {
    var row = make("tr"), name = make("th"), track = make("td", "frontier-bar-cell"), bar = make("div", "frontier-bar"), fill = make("div", "living-fill");
    name.scope = "row";
    if (n < 0) { name.textContent = parts.rest.length + " others"; } else {
      var knob = make("button", "living-asset", model.assets[n]);
      knob.type = "button";
      knob.title = "Why this weight?";
      knob.addEventListener("click", function () { qpo.living.why(model.assets[n]); });
      name.appendChild(knob);
    }
    fill.style.background = n < 0 ? "var(--q-chart-muted)" : qpo.livingMap.color(n);
    bar.appendChild(fill);
    var found = { n: n, fill: fill, weight: make("td", "num"), change: null, tick: null };
    if (model.current) {
      found.change = make("td", "num");
      found.tick = make("div", "frontier-tick");
      bar.appendChild(found.tick);
    }
    track.setAttribute("aria-hidden", "true");
    track.appendChild(bar);
    [name, track, found.weight, found.change].forEach(function (node) { if (node) { row.appendChild(node); } });
    body.appendChild(row);
    return found;
  }

  function valueOf(row, list) {
    if (row.n >= 0) { return list[row.n]; }
    return parts.rest.reduce(function (all, n) { return all + list[n]; }, 0);
  }

  qpo.livingPanel = {
    rate: rate, weight: weight, points: points, number: number,

    build: function (host, weights, model) {
      host.replaceChildren();
      parts = {};
      var list = make("dl", "frontier-figures");
      parts.gain = figure(list, "Expected return", "return");
      parts.risk = figure(list, "Volatility", "risk");
      parts.sharpe = figure(list, "Sharpe ratio", "sharpe");
      if (model.esg) { parts.score = figure(list, "ESG score", "esg"); }
      if (model.current) { parts.trade = figure(list, "One-way trade", "trade"); }
      host.appendChild(list);
      jumps(field(host), model);
      bars(weights, model);
    },

    /* One scale for all bars, so that lengths can be compared while limits move. */
    scale: function (model, seen) {
      var low = 0, high = 0;
      seen.weights.forEach(function (row) { parts.rows.forEach(function (one) { var value = one.n < 0 ? 0 : valueOf(one, row); low = Math.min(low, value); high = Math.max(high, value); }); });
      if (model.current) { parts.rows.forEach(function (one) { var value = one.n < 0 ? 0 : valueOf(one, model.current); low = Math.min(low, value); high = Math.max(high, value); }); }
      parts.low = low;
      parts.high = high || 1;
    },

    show: function (model, point) {
      write(parts.gain, rate(point.gain));
      write(parts.risk, rate(point.risk));
      write(parts.sharpe, point.sharpe === null ? "\u2014" : number(point.sharpe, 2));
      if (parts.score) { write(parts.score, number(qpo.livingModel.score(model, point.weights), 1)); }
      if (parts.trade) { write(parts.trade, weight(qpo.livingModel.turnover(model, point.weights))); }
      if (document.activeElement !== parts.input) {
        var text = rate(point.gain).replace("%", "");
        if (parts.input.value !== text) { parts.input.value = text; parts.wrong.textContent = ""; parts.input.removeAttribute("aria-invalid"); }
      }
      var span = parts.high - parts.low, zero = -parts.low / span;
      parts.rows.forEach(function (row) {
        var value = valueOf(row, point.weights), wide = Math.min(1, Math.abs(value) / span);
        row.fill.style.transform = "translateX(" + (100 * (value < 0 ? zero - wide : zero)).toFixed(2) + "%) scaleX(" + wide.toFixed(5) + ")";
        write(row.weight, weight(value));
        qpo.livingTables.exact(row.weight, value, "fraction");
        if (row.change) {
          var other = valueOf(row, model.current);
          write(row.change, points(value - other));
          qpo.livingTables.exact(row.change, value - other, "fraction");
          var spot = Math.min(100, 100 * (other - parts.low) / span).toFixed(2) + "%";
          if (row.spot !== spot) { row.spot = spot; row.tick.style.left = spot; }
        }
      });
      var held = 0;
      for (var n = 0; n < model.n; n += 1) { if (Math.abs(point.weights[n]) > HELD) { held += 1; } }
      write(parts.held, held + " of " + model.n + " held" + (model.current ? "; a tick marks the weight held now" : "") + ".");
    }
  };
})();
