/* The frontier above the plot: its line, the point to drag, pins, levels of the score; and the zoom that stays as it is. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var GRAPH = "living-chart", STEPS = 5, PATIENCE_MS = 10000, SPEAK_MS = 250;
  var LEVEL_PX = [24, 13]; // the room that the name of a level takes; where it is taken, its line goes without
  var drawn = { plot: null, sheet: null, handle: null, frame: null, line: [], spoken: 0 };

  function svg(name, attributes) {
    var node = document.createElementNS(qpo.frontierMath.svgSpace, name);
    Object.keys(attributes || {}).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    return node;
  }
  function plotNow() { var host = document.getElementById(GRAPH); return host && host.querySelector(".js-plotly-plot"); }

  /* The plot comes after its data, on a slow line long after it, and another portfolio's may still stand. The last that
     is waited for counts, as long as its page is there. */
  function whenPlotted(wanted, then) {
    var until = Date.now() + PATIENCE_MS, turn = (drawn.turn = (drawn.turn || 0) + 1);
    (function look() {
      if (turn !== drawn.turn) { return; }
      var plot = plotNow();
      if (plot && plot.layout && (plot.layout.meta || {}).drawn_for === wanted && plot.querySelector(".nsewdrag")) { then(plot); return; }
      if (Date.now() < until || document.getElementById("living-chart-box")) { window.setTimeout(look, Date.now() < until ? 40 : 250); }
    })();
  }

  /* Where the axes lie in pixels of the wrapper. Measured when the plot changes, not with every move. */
  function measure() {
    var plot = drawn.plot, area = plot && plot.querySelector(".nsewdrag");
    if (!area || !plot.layout.xaxis || !plot.layout.xaxis.range) { drawn.frame = null; return null; }
    var box = area.getBoundingClientRect(), outer = plot.closest(".chart-plot").getBoundingClientRect();
    if (box.width < 20) { drawn.frame = null; return null; }
    var xs = plot.layout.xaxis.range.map(Number), ys = plot.layout.yaxis.range.map(Number), left = box.left - outer.left, top = box.top - outer.top;
    drawn.frame = {
      left: left, top: top, width: box.width, height: box.height, outerLeft: outer.left, outerTop: outer.top,
      x: function (risk) { return left + (risk - xs[0]) / (xs[1] - xs[0]) * box.width; },
      y: function (gain) { return top + (ys[1] - gain) / (ys[1] - ys[0]) * box.height; }
    };
    var clip = drawn.sheet && drawn.sheet.querySelector("#living-clip rect");
    if (clip) { Object.entries({ x: left, y: top, width: box.width, height: box.height }).forEach(function (one) { clip.setAttribute(one[0], one[1]); }); }
    return drawn.frame;
  }

  function build(plot) {
    var box = plot.closest(".chart-plot");
    box.querySelectorAll(".frontier-overlay, .frontier-handle").forEach(function (node) { node.remove(); });
    var sheet = svg("svg", { "class": "frontier-overlay living-overlay", "aria-hidden": "true" }), clip = svg("clipPath", { id: "living-clip" }), defs = svg("defs");
    clip.appendChild(svg("rect"));
    defs.appendChild(clip);
    sheet.appendChild(defs);
    var inside = svg("g", { "clip-path": "url(#living-clip)" });
    sheet.appendChild(inside);
    drawn.levels = svg("g", { "class": "living-levels" });
    drawn.ghost = svg("path", { "class": "living-ghost" });
    drawn.path = svg("path", { "class": "living-line" });
    drawn.best = svg("path", { "class": "living-best", d: "M0,-6L6,5L-6,5Z" });
    drawn.pins = svg("g");
    drawn.names = svg("g");
    drawn.guides = [svg("line", { "class": "frontier-guide" }), svg("line", { "class": "frontier-guide" })];
    [drawn.levels, drawn.ghost, drawn.guides[0], drawn.guides[1], drawn.path, drawn.best, drawn.names, drawn.pins].forEach(function (node) { inside.appendChild(node); });
    var handle = document.createElement("div");
    handle.className = "frontier-handle living-point-handle";
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", "Point on the frontier");
    handle.setAttribute("aria-orientation", "vertical");
    box.appendChild(sheet);
    box.appendChild(handle);
    drawn.plot = plot;
    drawn.sheet = sheet;
    drawn.handle = handle;
    listen(handle);
    measure();
  }

  function listen(handle) {
    function nearest(event) {
      var frame = drawn.frame;
      if (!frame || !drawn.line.length) { return; }
      var spots = drawn.line.map(function (one) { return { place: one.place, x: frame.x(one.x), y: frame.y(one.y) }; });
      qpo.living.to(qpo.frontierMath.nearest(spots, event.clientX - frame.outerLeft, event.clientY - frame.outerTop));
    }
    handle.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) { return; }
      event.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(event.pointerId);
      measure();
      qpo.living.hold();
    });
    handle.addEventListener("pointermove", function (event) { if (handle.hasPointerCapture(event.pointerId)) { nearest(event); } });
    handle.addEventListener("pointerup", function () { qpo.living.settlePoint(); });
    handle.addEventListener("pointercancel", function () { qpo.living.undoPoint(); });
    handle.addEventListener("focus", function () { qpo.living.hold(); });
    handle.addEventListener("keydown", function (event) { qpo.living.pointKey(event); });
  }

  function pathOf(line, frame) {
    var parts = "";
    for (var n = 0; n < line.length; n += 1) { parts += (n ? "L" : "M") + frame.x(line[n].x).toFixed(2) + "," + frame.y(line[n].y).toFixed(2); }
    return parts;
  }

  function watch(plot) {
    if (plot.qpoLiving) { return; }
    plot.qpoLiving = true;
    var again = function () { if (drawn.plot === plot && measure()) { qpo.living.redraw(); } };
    plot.on("plotly_afterplot", again);
    plot.on("plotly_relayouting", again);
    plot.on("plotly_click", function (event) {
      var hit = event.points && event.points[0];
      if (hit && hit.customdata && (hit.data.meta || {}).layer === "assets") { qpo.living.why(hit.customdata[0]); }
    });
    new ResizeObserver(again).observe(plot.closest(".chart-plot"));
  }

  /* Dragging zooms where there is a mouse; a finger scrolls the page past the chart. A press on the point is the point's. */
  document.addEventListener("pointerover", function (event) {
    var plot = event.pointerType === "mouse" && window.Plotly && event.target.closest && event.target.closest("#" + GRAPH + " .js-plotly-plot");
    if (plot && plot.layout && plot.layout.dragmode !== "zoom") { window.Plotly.relayout(plot, { dragmode: "zoom" }); }
  });

  qpo.livingChart = {
    svg: svg, plot: function () { return drawn.plot; }, measure: measure,

    take: function (wanted, then) {
      drawn.plot = drawn.frame = null;
      whenPlotted(wanted, function (plot) { plot.qpoWhole = { x: plot.layout.xaxis.range.slice(), y: plot.layout.yaxis.range.slice() }; build(plot); watch(plot); then(plot); });
    },

    line: function (seen) {
      drawn.line = qpo.livingModel.line(seen, STEPS);
      if (drawn.frame) { drawn.path.setAttribute("d", drawn.line.length > 1 ? pathOf(drawn.line, drawn.frame) : ""); }
    },

    ghost: function (seen) {
      if (drawn.frame) { drawn.ghost.setAttribute("d", seen ? pathOf(qpo.livingModel.line(seen, STEPS), drawn.frame) : ""); }
    },

    point: function (point) {
      var frame = drawn.frame;
      if (!frame) { return; }
      var x = frame.x(point.risk), y = frame.y(point.gain), box = drawn.handle.parentNode;
      var isInside = x >= frame.left - 1 && x <= frame.left + frame.width + 1 && y >= frame.top - 1 && y <= frame.top + frame.height + 1;
      box.classList.toggle("frontier-away", !isInside);
      drawn.handle.style.transform = "translate(" + x.toFixed(2) + "px," + y.toFixed(2) + "px)";
      [[x, y, x, frame.top + frame.height], [frame.left, y, x, y]].forEach(function (ends, n) {
        ["x1", "y1", "x2", "y2"].forEach(function (name, k) { drawn.guides[n].setAttribute(name, ends[k].toFixed(2)); });
      });
    },

    names: function () { if (drawn.frame) { qpo.livingNames.draw(drawn.names, drawn.plot, drawn.frame, drawn.line); } },

    best: function (spot) {
      if (!drawn.frame) { return; }
      drawn.best.setAttribute("visibility", spot ? "visible" : "hidden");
      if (spot) { drawn.best.setAttribute("transform", "translate(" + drawn.frame.x(spot.risk).toFixed(2) + "," + drawn.frame.y(spot.gain).toFixed(2) + ")"); }
    },

    pins: function (pins) {
      if (!drawn.frame) { return; }
      drawn.pins.replaceChildren();
      pins.forEach(function (one, n) {
        var at = "translate(" + drawn.frame.x(one.risk).toFixed(2) + "," + drawn.frame.y(one.gain).toFixed(2) + ")";
        var mark = svg("g", { transform: at, "class": "living-pin" }), word = svg("text", { "text-anchor": "middle", dy: "4" });
        mark.appendChild(svg("rect", { x: -8, y: -8, width: 16, height: 16, rx: 3 }));
        word.textContent = "ABCD".charAt(n);
        mark.appendChild(word);
        drawn.pins.appendChild(mark);
      });
    },

    levels: function (families) {
      if (!drawn.frame || !drawn.levels) { return; }
      drawn.levels.replaceChildren();
      var taken = [];
      families.forEach(function (one, n) {
        var first = one.line[0], x = drawn.frame.x(first.x) - 4, y = drawn.frame.y(first.y) + 8;
        drawn.levels.appendChild(svg("path", { d: pathOf(one.line, drawn.frame), style: "stroke-opacity:" + (0.25 + 0.7 * n / families.length).toFixed(2) }));
        if (taken.some(function (other) { return Math.abs(other[0] - x) < LEVEL_PX[0] && Math.abs(other[1] - y) < LEVEL_PX[1]; })) { return; }
        var word = svg("text", { x: x, y: y, "text-anchor": "end" });
        word.textContent = one.label;
        drawn.levels.appendChild(word);
        taken.push([x, y]);
      });
    },

    speak: function (point, least, most, words, isEnd) {
      var handle = drawn.handle, now = Date.now();
      if (!handle || (!isEnd && now - drawn.spoken < SPEAK_MS)) { return; }
      drawn.spoken = now;
      handle.setAttribute("aria-valuemin", (100 * least).toFixed(2));
      handle.setAttribute("aria-valuemax", (100 * most).toFixed(2));
      handle.setAttribute("aria-valuenow", (100 * point.gain).toFixed(2));
      handle.setAttribute("aria-valuetext", words.replace(/%/g, " percent"));
    },

    title: function (words) {
      var node = document.querySelector("#living-chart-box .chart-title");
      if (!node || node.textContent === words) { return; }
      node.textContent = words;
      node.closest(".chart").setAttribute("aria-label", "Chart: " + words);
    },

    /* How much of the axes' whole reach some spots take, 0 to 1: that of the axis on which they take more. */
    share: function (spots) {
      var whole = drawn.plot.qpoWhole;
      return Math.max(spread(spots, "x") / (whole.x[1] - whole.x[0]), spread(spots, "y") / (whole.y[1] - whole.y[0]));
    },

    /* Axes that close in on the frontier, or reach as far as at first. */
    fit: function (spots) {
      var plot = drawn.plot;
      if (!plot || !window.Plotly) { return; }
      var x = plot.qpoWhole.x, y = plot.qpoWhole.y;
      if (spots) { x = reach(spots.map(function (one) { return one.x; }), 0.14); y = reach(spots.map(function (one) { return one.y; }), 0.14); }
      window.Plotly.relayout(plot, { "xaxis.range": x.slice(), "yaxis.range": y.slice() });
    }
  };

  function spread(spots, name) {
    var values = spots.map(function (one) { return one[name]; });
    return Math.max.apply(null, values) - Math.min.apply(null, values);
  }

  function reach(values, room) {
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values), pad = (high - low || Math.abs(high) || 1) * room;
    return [low - pad, high + 1.4 * pad];
  }
})();
