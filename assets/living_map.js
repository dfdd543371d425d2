/* What the portfolio is made of along the frontier, drawn anew with every move: stacked areas on canvas, and a cursor. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var LARGEST = 7, HIGH_PX = 116;
  var parts = null;

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  /* The assets with most weight anywhere on the frontier as it was asked keep their color, whatever is moved. */
  function orderOf(model, seen) {
    var size = model.assets.map(function (_, n) { return seen.weights.reduce(function (most, row) { return Math.max(most, Math.abs(row[n])); }, 0); });
    return model.assets.map(function (name, n) { return n; }).sort(function (a, b) { return size[b] - size[a] || a - b; });
  }

  function colors() {
    var style = getComputedStyle(document.documentElement), found = [];
    for (var n = 1; n <= LARGEST; n += 1) { found.push(style.getPropertyValue("--q-series-" + n).trim()); }
    found.push(style.getPropertyValue("--q-chart-muted").trim());
    return { bands: found, line: style.getPropertyValue("--q-surface").trim() };
  }

  function bandOf(model, n) { var rank = parts.rank[n]; return rank < LARGEST ? rank : LARGEST; }

  function paint(model, seen) {
    var canvas = parts.canvas, context = canvas.getContext("2d"), ratio = window.devicePixelRatio || 1, wide = canvas.clientWidth, K = seen.returns.length;
    if (!wide) { return; }
    if (canvas.width !== Math.round(wide * ratio)) { canvas.width = Math.round(wide * ratio); canvas.height = Math.round(HIGH_PX * ratio); }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, wide, HIGH_PX);
    var bands = parts.colors.bands, least = seen.returns[0], span = seen.returns[K - 1] - least || 1;
    var tops = [], lows = [], high = 0, low = 0, k, b;
    for (k = 0; k < K; k += 1) {
      var up = new Float64Array(bands.length + 1), down = new Float64Array(bands.length + 1), row = seen.weights[k];
      for (var n = 0; n < model.n; n += 1) {
        if (row[n] > 0) { up[bandOf(model, n) + 1] += row[n]; } else if (row[n] < 0) { down[bandOf(model, n) + 1] += row[n]; }
      }
      for (b = 1; b <= bands.length; b += 1) { up[b] += up[b - 1]; down[b] += down[b - 1]; }
      high = Math.max(high, up[bands.length]);
      low = Math.min(low, down[bands.length]);
      tops.push(up);
      lows.push(down);
    }
    function x(k) { return K > 1 ? (seen.returns[k] - least) / span * wide : 0; }
    function y(value) { return (high - value) / (high - low || 1) * HIGH_PX; }
    [tops, lows].forEach(function (side) {
      for (b = 0; b < bands.length; b += 1) {
        context.beginPath();
        for (k = 0; k < K; k += 1) { context.lineTo(x(k), y(side[k][b + 1])); }
        if (K === 1) { context.lineTo(wide, y(side[0][b + 1])); context.lineTo(wide, y(side[0][b])); }
        for (k = K - 1; k >= 0; k -= 1) { context.lineTo(x(k), y(side[k][b])); }
        context.closePath();
        context.fillStyle = bands[b];
        context.fill();
        context.strokeStyle = parts.colors.line;
        context.lineWidth = 0.75;
        context.stroke();
      }
    });
  }

  function follow(field) {
    function place(event) {
      var box = field.getBoundingClientRect();
      qpo.living.toShare(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)));
    }
    field.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) { return; }
      field.setPointerCapture(event.pointerId);
      qpo.living.hold();
      place(event);
    });
    field.addEventListener("pointermove", function (event) { if (field.hasPointerCapture(event.pointerId)) { place(event); } });
    field.addEventListener("pointerup", function () { qpo.living.settlePoint(); });
    field.addEventListener("pointercancel", function () { qpo.living.undoPoint(); });  // the page began to scroll
  }

  qpo.livingMap = {
    /* Color of an asset, the same in map and bars. */
    color: function (n) { var rank = parts ? parts.rank[n] : 0; return rank < LARGEST ? "var(--q-series-" + (rank + 1) + ")" : "var(--q-chart-muted)"; },
    order: function () { return parts.order; },

    build: function (host, model, seen) {
      host.replaceChildren();
      var order = orderOf(model, seen), rank = new Int32Array(model.n);
      order.forEach(function (n, place) { rank[n] = place; });
      parts = { order: order, rank: rank, colors: colors(), canvas: make("canvas", "living-map-sheet"), cursor: make("div", "frontier-map-cursor"), ends: [make("span", "num"), make("span", "num")] };
      parts.canvas.setAttribute("aria-hidden", "true");
      var legend = make("div", "frontier-map-legend");
      order.slice(0, LARGEST).forEach(function (n) {
        var knob = make("button", "living-legend", model.assets[n]), dot = make("i");
        knob.type = "button";
        dot.style.background = qpo.livingMap.color(n);
        knob.insertBefore(dot, knob.firstChild);
        knob.addEventListener("click", function () { qpo.living.why(model.assets[n]); });
        legend.appendChild(knob);
      });
      if (model.n > LARGEST) {
        var others = make("span", "", "Others"), spot = make("i");
        spot.style.background = "var(--q-chart-muted)";
        others.insertBefore(spot, others.firstChild);
        legend.appendChild(others);
      }
      var field = make("div", "frontier-map-field living-map-field"), ends = make("div", "frontier-map-ends");
      field.appendChild(parts.canvas);
      field.appendChild(parts.cursor);
      follow(field);
      [parts.ends[0], make("span", "", "Expected return"), parts.ends[1]].forEach(function (node) { ends.appendChild(node); });
      parts.head = make("h3", "frontier-heading", qpo.livingMap.finding(model, seen));
      [parts.head, make("p", "muted frontier-map-note", "What it holds along the frontier. The table of the chart names the largest positions of every corner."), legend, field, ends].forEach(function (node) { host.appendChild(node); });
    },

    finding: function (model, seen) { return qpo.frontierMap.finding(model.assets, seen.weights[0], seen.weights[seen.weights.length - 1]); },
    say: function (model, seen) { if (parts) { parts.head.textContent = qpo.livingMap.finding(model, seen); } },

    /* The bands as they were painted last: names, colors, and the weight at each corner of the frontier. */
    shown: function (model, seen) {
      if (!parts) { return null; }
      var bands = parts.colors.bands.map(function (color, b) { return { name: b < LARGEST ? model.assets[parts.order[b]] : "Others", color: color, at: seen.weights.map(function () { return 0; }) }; });
      seen.weights.forEach(function (row, k) { for (var n = 0; n < model.n; n += 1) { bands[bandOf(model, n)].at[k] += row[n]; } });
      return { places: seen.returns, bands: bands.slice(0, Math.min(bands.length, model.n)), words: "Expected return", isShare: true, title: qpo.livingMap.finding(model, seen) };
    },

    restyle: function () { if (parts) { parts.colors = colors(); } },
    draw: function (model, seen) {
      if (!parts) { return; }
      paint(model, seen);
      parts.ends[0].textContent = qpo.frontierPanel.risk(seen.returns[0]);
      parts.ends[1].textContent = qpo.frontierPanel.risk(seen.returns[seen.returns.length - 1]);
    },
    cursor: function (seen, point) {
      if (!parts) { return; }
      var last = seen.returns.length - 1, span = seen.returns[last] - seen.returns[0] || 1, wide = parts.canvas.clientWidth;
      parts.cursor.style.transform = "translateX(" + ((point.gain - seen.returns[0]) / span * wide).toFixed(2) + "px)";
    }
  };
})();
