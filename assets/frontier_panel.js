/* What the point on the frontier is, in figures: beside the chart, drawn anew with every move. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var ROWS_MAX = 12, COLORS = 7, HELD = 5e-5, MOVED = 5e-4;
  var SAME_SHOWN = 5e-5;  // half of the last decimal that a risk is shown with
  var parts = null;

  function write(name, value) { return window.dashAgGridFunctions[name](value, 2); }
  function rate(value) { return write("qpoPercent", value); }
  function weight(value) { return write("qpoWeight", value); }
  function points(value) { return window.dashAgGridFunctions.qpoSignedWeight(value).replace("%", ""); }
  function reward(model, value) { return model.is_share ? rate(value) : window.dashAgGridFunctions.qpoNumber(value, 1); }

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  /* The assets in a fixed order, those with most weight anywhere on the frontier first. */
  function orderOf(model) {
    function size(n) {
      var found = model.weights.map(function (one) { return Math.abs(one[n]); });
      ["proposed", "current"].forEach(function (name) {
        var point = model.points[name];
        if (point && point.weights) { found.push(Math.abs(point.weights[n])); }
      });
      return Math.max.apply(null, found);
    }
    return model.assets.map(function (name, n) { return { name: name, place: n, size: size(n) }; })
      .filter(function (one) { return one.size > HELD; })
      .sort(function (one, other) { return other.size - one.size || (one.name < other.name ? -1 : 1); });
  }

  function colorOf(rank) { return rank < COLORS ? "var(--q-series-" + (rank + 1) + ")" : "var(--q-chart-muted)"; }

  /* "1.234,5" in the reader's number format, or the plain form, as a number; NaN for anything else. */
  function typed(text) {
    var mark = window.dashAgGridFunctions.qpoNumber(1.5, 1).charAt(1);
    var plain = String(text).replace(/[%\s\u202f]/g, "").replace(/\u2212/g, "-");
    if (mark === ",") { plain = plain.replace(",", "."); }
    return /^[-+]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : NaN;
  }

  function figure(list, name, key) {
    var box = make("div", "frontier-figure");
    box.appendChild(make("dt", "", name));
    var value = make("dd", "num", "");
    value.dataset.figure = key;
    box.appendChild(value);
    list.appendChild(box);
    return value;
  }

  function readout(host, model) {
    var list = make("dl", "frontier-figures");
    parts.reward = figure(list, model.words.reward, "reward");
    parts.risk = figure(list, model.words.risk, "risk");
    if (model.risk === "volatility" && model.rate !== null && model.reward === "return") { parts.sharpe = figure(list, "Sharpe ratio", "sharpe"); }
    if (model.reward !== "return" && model.returns) { parts.gain = figure(list, "Expected return", "return"); }
    if (model.points.current) { parts.trade = figure(list, "One-way trade", "trade"); }
    host.appendChild(list);
  }

  function field(host, model) {
    var row = make("div", "frontier-move"), label = make("label", "", model.words.reward), box = make("div", "affix");
    var input = make("input", "form-control");
    input.id = "frontier-typed";
    input.type = "text";
    input.inputMode = "decimal";
    input.autocomplete = "off";
    input.maxLength = 20;
    input.setAttribute("aria-describedby", "frontier-typed-error");
    label.htmlFor = input.id;
    box.appendChild(input);
    if (model.is_share) { box.appendChild(make("span", "affix-unit", "%")); }
    var wrong = make("p", "field-error");
    wrong.id = "frontier-typed-error";
    wrong.setAttribute("aria-live", "polite");
    input.addEventListener("change", function () { type(model, input, wrong); });
    input.addEventListener("keydown", function (event) { if (event.key === "Enter") { type(model, input, wrong); } });
    var side = make("div", "field");
    [label, box, wrong].forEach(function (node) { side.appendChild(node); });
    row.appendChild(side);
    row.appendChild(jumps(model));
    host.appendChild(row);
    parts.input = input;
    parts.wrong = wrong;
  }

  function type(model, input, wrong) {
    var scale = model.is_share ? 100 : 1, value = typed(input.value) / scale, room = 0.5 * Math.pow(10, -2) / scale;
    if (!(value >= model.least - room && value <= model.most + room)) {
      wrong.textContent = "Type a number from " + reward(model, model.least) + " to " + reward(model, model.most) + ".";
      input.setAttribute("aria-invalid", "true");
      return;
    }
    clear();
    qpo.frontier.to(value);
    qpo.frontier.settle();
  }

  function clear() {
    parts.input.removeAttribute("aria-invalid");
    parts.wrong.textContent = "";
  }

  /* The button leads along the frontier: where the proposal lies off it, to another portfolio of the same reward. */
  function proposedWords(model) {
    var own = model.points.proposed;
    if (!own) { return ""; }
    var there = qpo.frontierMath.at(model, qpo.frontierMath.placeOf(model, own.reward));
    if (Math.abs(there.risk - own.risk) < SAME_SHOWN) { return "Proposed"; }
    return "At the proposed " + (model.reward === "return" ? "return" : "score");
  }

  function jumps(model) {
    var row = make("div", "btn-row");
    function jump(words, then) {
      var knob = make("button", "btn-q btn-q-secondary btn-q-small", words);
      knob.type = "button";
      knob.addEventListener("click", function () { then(); qpo.frontier.settle(); });
      row.appendChild(knob);
    }
    [["proposed", proposedWords(model)], ["best", "Highest Sharpe"], ["client", "Client profile"]].forEach(function (one) {
      var point = model.points[one[0]];
      if (point) { jump(one[1], function () { qpo.frontier.to(point.reward); }); }
    });
    jump("Least risk", function () { qpo.frontier.end(false); });
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Move the point to");
    return row;
  }

  function heads(model) {
    var found = [["Asset", ""], ["", "frontier-bar-cell"], ["Weight", "num"]];
    if (model.points.proposed) { found.push(["vs proposed, pp", "num"]); }
    if (model.points.current) { found.push(["vs current, pp", "num frontier-wide"]); }
    return found;
  }

  function table(host, model) {
    var sheet = make("table", "table-q frontier-weights"), head = make("thead"), row = make("tr");
    var caption = make("caption", "visually-hidden", "Weights at the point on the frontier");
    heads(model).forEach(function (one) {
      var cell = make("th", one[1], one[0]);
      cell.scope = "col";
      if (!one[0]) { cell.setAttribute("aria-hidden", "true"); }
      row.appendChild(cell);
    });
    head.appendChild(row);
    var body = make("tbody");
    var order = parts.order, shown = order.slice(0, order.length > ROWS_MAX + 1 ? ROWS_MAX : order.length);
    parts.rest = order.slice(shown.length);
    parts.rows = shown.map(function (one, rank) { return line(body, model, one.name, rank); });
    if (parts.rest.length) { parts.rows.push(line(body, model, parts.rest.length + " others", COLORS)); }
    [caption, head, body].forEach(function (node) { sheet.appendChild(node); });
    host.appendChild(sheet);
  }

  function line(body, model, name, rank) {
    var row = make("tr"), asset = make("th", "", name), track = make("td", "frontier-bar-cell");
    asset.scope = "row";
    asset.title = name;
    var bar = make("div", "frontier-bar"), fill = make("div", "frontier-bar-fill");
    fill.style.background = colorOf(rank);
    bar.appendChild(fill);
    var found = { fill: fill, weight: make("td", "num") };
    ["proposed", "current"].forEach(function (which) {
      if (!model.points[which]) { return; }
      found[which] = make("td", which === "current" ? "num frontier-wide" : "num");
      found[which + "Tick"] = make("div", "frontier-tick frontier-tick-" + which);
      bar.appendChild(found[which + "Tick"]);
    });
    track.setAttribute("aria-hidden", "true");
    track.appendChild(bar);
    [asset, track, found.weight, found.proposed, found.current].forEach(function (node) { if (node) { row.appendChild(node); } });
    body.appendChild(row);
    return found;
  }

  function foot(host, model) {
    parts.held = make("p", "muted frontier-held");
    host.appendChild(parts.held);
    parts.limits = make("div", "frontier-limits");
    host.appendChild(parts.limits);
    if (model.goal) {
      parts.use = make("a", "btn-q btn-q-primary", "Use this point");
      parts.use.addEventListener("click", function (event) {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) { return; }
        event.preventDefault();
        window.history.pushState({}, "", parts.use.getAttribute("href"));
        window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
        window.scrollTo(0, 0);
      });
      var row = make("div", "btn-row");
      row.appendChild(parts.use);
      host.appendChild(row);
    }
    parts.live = make("p", "visually-hidden");
    parts.live.setAttribute("aria-live", "polite");
    host.appendChild(parts.live);
  }

  function sum(list, places) { return places.reduce(function (all, one) { return all + list[one.place]; }, 0); }
  function rowValue(list, n) { return n < parts.order.length - parts.rest.length ? list[parts.order[n].place] : sum(list, parts.rest); }

  function position(value) { return ((value - parts.low) / (parts.high - parts.low) * 100).toFixed(2) + "%"; }

  function paint(row, n, model, point) {
    var value = rowValue(point.weights, n);
    row.weight.textContent = weight(value);
    row.fill.style.left = position(Math.min(value, 0));
    row.fill.style.width = (Math.abs(value) / (parts.high - parts.low) * 100).toFixed(2) + "%";
    ["proposed", "current"].forEach(function (which) {
      if (!row[which]) { return; }
      var other = rowValue(model.points[which].weights, n);
      row[which].textContent = points(value - other);
      row[which + "Tick"].style.left = position(other);
    });
  }

  function distance(one, other) {
    return one.reduce(function (all, value, n) { return all + Math.abs(value - other[n]); }, 0) / 2;
  }

  function bounds(model, point) {
    var top = [], bottom = [];
    model.assets.forEach(function (name, n) {
      var value = point.weights[n];
      if (model.high[n] !== null && model.high[n] < 1 && Math.abs(value - model.high[n]) < HELD) { top.push(name); }
      if (model.low[n] !== null && model.low[n] !== 0 && Math.abs(value - model.low[n]) < HELD) { bottom.push(name); }
    });
    return [["At their most", top], ["At their least", bottom]].filter(function (one) { return one[1].length; });
  }

  function priceWords(model, one) {
    var change = window.dashAgGridFunctions.qpoNumber(one.size * 1e4, 1) + " bp ";
    return one.unit + " more " + (one.change < 0 ? "takes " + change + "off the " : "adds " + change + "to the ") + model.words.risk_inside;
  }

  function limits(model, point) {
    var box = parts.limits, found = qpo.frontierMath.prices(model, point.place), own = bounds(model, point);
    box.replaceChildren();
    if (!found.length && !own.length) { return; }
    box.appendChild(make("h3", "frontier-heading", "Limits that bind here"));
    var list = make("ul");
    found.slice(0, 5).forEach(function (one) {
      var item = make("li");
      item.appendChild(make("strong", "", one.name));
      if (one.change !== null) { item.appendChild(document.createTextNode(": " + priceWords(model, one))); }
      list.appendChild(item);
    });
    own.forEach(function (one) {
      var item = make("li"), names = one[1];
      item.appendChild(make("strong", "", one[0]));
      item.appendChild(document.createTextNode(": " + names.slice(0, 6).join(", ") + (names.length > 6 ? " and " + (names.length - 6) + " others" : "")));
      list.appendChild(item);
    });
    box.appendChild(list);
  }

  qpo.frontierPanel = {
    typed: typed,
    reward: reward,
    risk: rate,
    order: orderOf,
    color: colorOf,

    largestChange: function (model, point) {
      var from = model.points.current || model.points.proposed;
      if (!from || !from.weights) { return ""; }
      var best = -1, size = MOVED;
      point.weights.forEach(function (value, n) {
        if (Math.abs(value - from.weights[n]) > size) { best = n; size = Math.abs(value - from.weights[n]); }
      });
      return best < 0 ? "" : model.assets[best] + " " + window.dashAgGridFunctions.qpoSignedWeight(point.weights[best] - from.weights[best]);
    },

    said: function (words) { if (parts && parts.live) { parts.live.textContent = words; } },

    build: function (host, model) {
      host.replaceChildren();
      parts = { order: orderOf(model), model: model };
      ["proposed", "current"].forEach(function (name) { if (model.points[name] && !model.points[name].weights) { model.points[name] = null; } });
      var values = model.weights.concat(["proposed", "current"].map(function (name) { return model.points[name] ? model.points[name].weights : []; }));
      parts.low = Math.min(0, Math.min.apply(null, values.map(function (one) { return one.length ? Math.min.apply(null, one) : 0; })));
      parts.high = Math.max.apply(null, values.map(function (one) { return one.length ? Math.max.apply(null, one) : 0; })) || 1;
      host.appendChild(make("h3", "frontier-heading", model.last ? "A point on the frontier" : "The only portfolio"));
      readout(host, model);
      if (model.last) { field(host, model); }
      table(host, model);
      foot(host, model);
    },

    show: function (model, point) {
      if (!parts || parts.model !== model) { return; }
      parts.reward.textContent = reward(model, point.reward);
      parts.risk.textContent = rate(point.risk);
      if (parts.sharpe) { parts.sharpe.textContent = point.sharpe === null ? "\u2014" : window.dashAgGridFunctions.qpoNumber(point.sharpe, 2); }
      if (parts.gain) { parts.gain.textContent = rate(point.gain); }
      if (parts.trade) { parts.trade.textContent = weight(distance(point.weights, model.points.current.weights)); }
      if (parts.input && document.activeElement !== parts.input) {
        parts.input.value = reward(model, point.reward).replace("%", "");
        clear();
      }
      parts.rows.forEach(function (row, n) { paint(row, n, model, point); });
      var held = point.weights.filter(function (value) { return Math.abs(value) > HELD; }).length;
      parts.held.textContent = held + " of " + model.assets_count + " held" + (model.points.proposed ? "; a tick marks the proposed weight" : "") + ".";
      limits(model, point);
      if (parts.use) {
        var least = Math.floor(point.reward * 1e4 + 1e-6) / 1e4;
        parts.use.href = "/optimize?run=" + encodeURIComponent(model.run) + "&repair=" + "point:" + model.goal + ":" + least.toFixed(4) + "&step=4";
      }
    }
  };
})();
