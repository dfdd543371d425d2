/* What the scripts of the frontier draw by themselves, as traces for a picture: the moved line, the point, pins, the map. */
(function () {
  "use strict";
  var qpo = window.qpo;
  var STEPS = 8, MAP_PX = 150;
  var SEPARATORS = { comma: ".,", point: ",.", space: ",\u202f" }; // those of services/charts/look.py

  function separators() {
    var root = document.getElementById("shell-root");
    return SEPARATORS[root && root.getAttribute("data-numbers")] || SEPARATORS.comma;
  }

  function paint(color) {
    var named = /^var\((--[a-z0-9-]+)\)$/.exec(color);
    return named ? getComputedStyle(document.documentElement).getPropertyValue(named[1]).trim() : color;
  }

  function token(name) { return paint("var(--q-" + name + ")"); }

  function line(seen, name, look) {
    var spots = qpo.livingModel.line(seen, STEPS);
    return { type: "scatter", mode: "lines", name: name, x: spots.map(function (one) { return one.x; }), y: spots.map(function (one) { return one.y; }), line: look };
  }

  function mark(spots, names, name, symbol, color) {
    return {
      type: "scatter", mode: "markers+text", name: name, showlegend: false, text: names, textposition: "top center",
      x: spots.map(function (one) { return one.risk; }), y: spots.map(function (one) { return one.gain; }),
      marker: { symbol: symbol, size: 11, color: color }
    };
  }

  qpo.take.overlays["living-chart"] = function () {
    var state = qpo.living && qpo.living.state();
    if (!state || !state.seen) return [];
    var made = [], isMoved = Object.keys(state.moves).length > 0;
    if (isMoved && state.asked && state.hidden.indexOf("asked") < 0) {
      made.push(line(state.asked, "As asked", { width: 1.5, dash: "dash", color: token("chart-muted") }));
    }
    made.push(line(state.seen, isMoved ? "Moved" : "Frontier", { width: 2.5, color: token("chart-proposed") }));
    if (state.point) made.push(mark([state.point], ["The point"], "The point", "circle", token("chart-proposed")));
    if (state.pins.length) made.push(mark(state.pins, state.pins.map(function (one, n) { return "ABCD".charAt(n); }), "Pinned", "square", token("series-3")));
    return made;
  };

  /* Bands of assets over the return: gains of weight upwards from zero, shorts downwards. */
  function area(shown) {
    var up = shown.places.map(function () { return 0; }), down = up.slice(), traces = [];
    shown.bands.forEach(function (band) {
      [1, -1].forEach(function (side) {
        if (!band.at.some(function (value) { return side * value > 1e-6; })) return;
        var from = side > 0 ? up : down, to = from.map(function (value, k) { return value + side * Math.max(0, side * band.at[k]); });
        traces.push({
          type: "scatter", mode: "lines", fill: "toself", name: band.name, showlegend: side > 0 && Boolean(band.name), fillcolor: paint(band.color),
          line: { width: 0.5, color: paint(band.color) },
          x: shown.places.concat(shown.places.slice().reverse()), y: to.concat(from.slice().reverse())
        });
        if (side > 0) up = to;
        else down = to;
      });
    });
    return traces;
  }

  function map(shown) {
    if (!shown || shown.places.length < 2) return null;
    var across = { type: "linear", range: [shown.places[0], shown.places[shown.places.length - 1]], title: { text: shown.words } };
    if (shown.isShare) across.tickformat = ".1%";
    return {
      kind: "chart", title: shown.title || "What it holds along the frontier", subtitle: "Weight of each asset", source: "", height_px: MAP_PX,
      figure: { data: area(shown), layout: { separators: separators(), xaxis: across, yaxis: { type: "linear", tickformat: ".0%" }, showlegend: true } }
    };
  }

  qpo.take.drawings["frontier-map"] = function () { return map(qpo.frontierMap && qpo.frontierMap.shown()); };
  qpo.take.drawings["living-map"] = function () {
    var state = qpo.living && qpo.living.state();
    return state && state.seen ? map(qpo.livingMap.shown(state.model, state.seen)) : null;
  };
})();
