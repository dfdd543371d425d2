/* Several objectives at once: parallel axes over efficient portfolios, ranges to narrow, and frontiers at levels of the score. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var LEVELS = 7, ALONG = 18, ALONE = 60, HIGH = 278, TOP = 62, FOOT = 30, SIDE = 52, AXES_MAX = 5, AXES_MIN = 2;
  var AXES = [
    { key: "gain", name: "Return", up: true }, { key: "risk", name: "Volatility", up: false }, { key: "score", name: "ESG score", up: true, plain: 1 },
    { key: "fall", name: "Drawdown", up: false }, { key: "trade", name: "One-way trade", up: false }, { key: "cost", name: "Trading cost", up: false, isCost: true }, { key: "sharpe", name: "Sharpe", up: true, plain: 2 }, { key: "largest", name: "Largest", up: false }
  ];
  var DEFAULT = ["gain", "risk", "score", "fall", "trade"], CLICK_PX = 4, REST_MS = 250;
  var own = { lines: [], families: [], chosen: null, ranges: {}, token: 0, seq: 0, host: null, engine: null, of: null };

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }
  function shown(axis, value) { return axis.isCost ? qpo.livingPanel.number(1e4 * value, 1) + " bp" : axis.plain ? qpo.livingPanel.number(value, axis.plain) : qpo.livingPanel.rate(value); }

  function lineOf(model, seen, place, moves, level) {
    var point = qpo.livingModel.at(model, seen, place);
    return {
      gain: point.gain, risk: point.risk, sharpe: point.sharpe, score: qpo.livingModel.score(model, point.weights), trade: qpo.livingModel.turnover(model, point.weights), cost: qpo.livingModel.cost(model, point.weights),
      largest: Math.max.apply(null, Array.from(point.weights)), fall: null, weights: point.weights, moves: moves, level: level
    };
  }

  /* Places spread evenly in return. */
  function spread(seen, count) {
    var list = seen.returns, last = list.length - 1, found = [];
    for (var n = 0; n < count; n += 1) { found.push(qpo.livingModel.placeOf(seen, list[0] + n / (count - 1) * (list[last] - list[0]))); }
    return last ? found : [0];
  }

  /* The frontiers at levels of the score, from the floor as it stands to the highest that leaves a portfolio. */
  function collect(state) {
    var model = state.model, token = (own.token += 1), floor = model.byKey.esg, lines = spread(state.seen, floor && model.engine ? ALONG : ALONE).map(function (place) { return lineOf(model, state.seen, place, state.moves, 0); });
    own.families = [];
    if (!model.engine || !floor || floor.kind !== "row_min") { finish(state, lines); return; }
    if (own.of !== model) { own.of = model; own.engine = new qpo.walkProblem.Frontier(Object.assign({ assets: model.assets }, model.walk)); }
    var from = Math.max(qpo.living.value("esg"), leastScore(model, state.seen)), to = state.stops.esg === undefined ? floor.high : state.stops.esg, n = 0;
    if (to - from < 1e-3 * (floor.high - floor.low)) { finish(state, spread(state.seen, ALONE).map(function (place) { return lineOf(model, state.seen, place, state.moves, 0); })); return; }
    (function next() {
      if (token !== own.token) { return; }
      if (n >= LEVELS) { finish(state, lines); return; }
      n += 1;
      var moves = Object.assign({}, state.moves);
      moves.esg = from + (to - from) * n / (LEVELS + 0.5);
      var limits = qpo.livingModel.limitsOf(model, moves), told = n === 1 ? own.engine.start(limits) : own.engine.move(limits);
      if (told.outcome === "done" && told.path) {
        var seen = qpo.livingModel.seenOfPath(model, told.path);
        own.families.push({ line: qpo.livingModel.line(seen, 4), label: qpo.livingPanel.number(moves.esg, 0) });
        spread(seen, ALONG).forEach(function (place) { lines.push(lineOf(model, seen, place, moves, n)); });
      }
      window.setTimeout(next, 0);
    })();
  }

  function leastScore(model, seen) {
    return seen.weights.reduce(function (least, row) { return Math.min(least, qpo.livingModel.score(model, row)); }, Infinity);
  }

  function finish(state, lines) {
    own.lines = lines;
    own.seq += 1;
    if (state.hasHistory) { window.dash_clientside.set_props("living-measure", { data: { seq: own.seq, weights: lines.map(function (one) { return Array.from(one.weights, function (value) { return Math.round(value * 1e8) / 1e8; }); }) } }); }
    draw(state);
    qpo.livingAxes.levels(state);
  }

  function isAxis(key) { return AXES.some(function (axis) { return axis.key === key; }); }
  function known() { return AXES.filter(function (axis) { return own.lines.length && own.lines.some(function (one) { return one[axis.key] !== null && isFinite(one[axis.key]); }); }); }

  function chosen() {
    var keys = known().map(function (axis) { return axis.key; }), wanted = order().filter(function (key) { return keys.indexOf(key) >= 0; });
    keys.forEach(function (key) { if (wanted.length < AXES_MIN && wanted.indexOf(key) < 0) { wanted.push(key); } });
    return wanted.slice(0, AXES_MAX).map(function (key) { return AXES.filter(function (axis) { return axis.key === key; })[0]; });
  }

  /* The axes that are wanted, in their order from left to right; also those whose figures are still to come. */
  function order() { return (own.chosen || DEFAULT).slice(); }

  /* Put an axis where another one stands. */
  function move(state, key, to) {
    var keys = order();
    if (keys.indexOf(key) < 0 || keys.indexOf(to) < 0) { keys = chosen().map(function (axis) { return axis.key; }); }
    var end = keys.indexOf(to);
    keys.splice(keys.indexOf(key), 1);
    keys.splice(end, 0, key);
    own.chosen = keys;
    arrange(chosen());
    paint();
    qpo.living.remember();
  }

  /* Thumbs and names belong to places again. */
  function arrange(axes) {
    own.thumbs.concat(own.grips).forEach(function (one) { one.n = axes.indexOf(one.axis); });
    own.grips.forEach(function (one) { one.node.setAttribute("aria-label", one.axis.name + ", axis " + (one.n + 1) + " of " + axes.length + ". The left and right arrow move it."); });
  }

  /* The name of an axis: dragged, or moved with the arrows, it takes the axis along. */
  function grip(field, axis, state) {
    var node = make("button", "living-axis-grip", axis.name), found = { node: node, axis: axis, n: 0 }, from = null;
    node.type = "button";
    function step(by) {
      var axes = chosen(), next = axes[axes.indexOf(axis) + by];
      if (next) { move(state, axis.key, next.key); say(axis); }
    }
    node.addEventListener("pointerdown", function (event) { if (event.button === 0) { from = event.clientX; node.setPointerCapture(event.pointerId); } });
    node.addEventListener("pointermove", function (event) {
      if (from === null || !node.hasPointerCapture(event.pointerId) || Math.abs(event.clientX - from) < CLICK_PX) { return; }
      var axes = chosen(), x = event.clientX - field.getBoundingClientRect().left, near = axes.reduce(function (best, one, n) { return Math.abs(place(n, axes) - x) < Math.abs(place(best, axes) - x) ? n : best; }, 0);
      if (axes[near] !== axis) { move(state, axis.key, axes[near].key); }
    });
    ["pointerup", "pointercancel"].forEach(function (name) { node.addEventListener(name, function () { if (from !== null) { from = null; say(axis); } }); });
    node.addEventListener("keydown", function (event) {
      var by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) { return; }
      event.preventDefault();
      event.stopPropagation();
      step(by);
    });
    field.appendChild(node);
    return found;
  }
  function say(axis) {
    var node = document.getElementById("living-said"), axes = chosen();
    if (node) { node.textContent = axis.name + " is axis " + (axes.indexOf(axis) + 1) + " of " + axes.length + "."; }
  }

  function reachOf(axis) {
    var values = own.lines.map(function (one) { return one[axis.key]; }).filter(function (value) { return value !== null; });
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values);
    return high - low > 1e-12 ? [low, high] : [low - Math.abs(low) * 0.01 - 1e-6, high + Math.abs(high) * 0.01 + 1e-6];
  }
  function rangeOf(axis) {
    var reach = reachOf(axis), range = own.ranges[axis.key];
    return range ? [Math.max(reach[0], range[0]), Math.min(reach[1], range[1])] : reach;
  }
  function isKept(one, axes) {
    return axes.every(function (axis) { var range = own.ranges[axis.key]; return !range || (one[axis.key] >= range[0] - 1e-12 && one[axis.key] <= range[1] + 1e-12); });
  }

  function pills(state, axes) {
    var row = make("div", "frontier-layers");
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", "Objectives, two to five");
    row.appendChild(make("span", "frontier-layers-word", "Objectives"));
    known().forEach(function (axis) {
      var is = axes.indexOf(axis) >= 0, pill = make("button", "pill", axis.name);
      pill.type = "button";
      pill.setAttribute("aria-pressed", is ? "true" : "false");
      var isHeld = is ? axes.length <= AXES_MIN : axes.length >= AXES_MAX;
      if (isHeld) { pill.setAttribute("aria-disabled", "true"); pill.setAttribute("aria-describedby", "living-axes-why"); }
      pill.addEventListener("click", function () {
        if (isHeld) { return; }
        var keys = axes.map(function (one) { return one.key; });
        own.chosen = is ? keys.filter(function (key) { return key !== axis.key; }) : keys.concat(axis.key);
        delete own.ranges[axis.key];
        draw(state);
        var again = own.host.querySelector('.pill[data-axis="' + axis.key + '"]');
        if (again) { again.focus({ preventScroll: true }); }  // all of this was drawn anew
        qpo.living.remember();
      });
      pill.dataset.axis = axis.key;
      row.appendChild(pill);
    });
    var why = make("span", "muted living-axes-why", axes.length >= AXES_MAX ? "Five at most: take one away to add another." : axes.length <= AXES_MIN ? "Two at least." : "");
    why.id = "living-axes-why";
    row.appendChild(why);
    return row;
  }

  function draw(state) {
    var host = document.getElementById("living-axes");
    if (!host) { return; }
    own.state = state;
    own.host = host;
    host.replaceChildren();
    var axes = chosen(), field = make("div", "living-axes-field"), sheet = qpo.livingChart.svg("svg", { "class": "living-axes-sheet", "aria-hidden": "true" });
    host.appendChild(pills(state, axes));
    field.appendChild(sheet);
    host.appendChild(field);
    own.sheet = sheet;
    own.thumbs = [];
    axes.forEach(function (axis, n) { [0, 1].forEach(function (end) { own.thumbs.push(thumb(field, axis, n, end, axes)); }); });
    own.grips = axes.map(function (axis) { return grip(field, axis, state); });
    arrange(axes);
    own.foot = make("div", "living-axes-foot");
    own.count = make("p", "muted");
    own.count.setAttribute("role", "status");
    own.show = make("button", "btn-q btn-q-secondary btn-q-small", "Show the kept one with the best Sharpe ratio");
    own.show.type = "button";
    own.show.addEventListener("click", function () { if (own.pick) { qpo.living.show(own.pick.moves, own.pick.gain); } });
    own.clear = make("button", "btn-q btn-q-quiet btn-q-small", "Widen all ranges");
    own.clear.type = "button";
    own.clear.addEventListener("click", function () { own.ranges = {}; draw(state); qpo.living.remember(); });
    [own.count, own.show, own.clear].forEach(function (node) { own.foot.appendChild(node); });
    host.appendChild(own.foot);
    var wasOpen = own.twin && own.twin.node.open;
    own.twin = qpo.livingTables.twin(function () {
      var axes = chosen(), lines = own.lines.filter(function (one) { return isKept(one, axes); });
      return { lines: lines.sort(function (one, other) { return other.sharpe - one.sharpe; }), axes: axes.concat(known().filter(function (axis) { return axes.indexOf(axis) < 0; })), shown: shown };
    });
    own.twin.node.open = Boolean(wasOpen);
    host.appendChild(own.twin.node);
    paint();
  }

  function place(n, axes) { var wide = own.sheet.clientWidth || 700; return SIDE + (axes.length > 1 ? n / (axes.length - 1) : 0) * (wide - 2 * SIDE); }
  function y(axis, value) { var reach = reachOf(axis), at = (value - reach[0]) / (reach[1] - reach[0]); return TOP + (axis.up ? 1 - at : at) * (HIGH - TOP - FOOT); }
  function back(axis, spot) { var reach = reachOf(axis), at = Math.max(0, Math.min(1, (spot - TOP) / (HIGH - TOP - FOOT))); return reach[0] + (axis.up ? 1 - at : at) * (reach[1] - reach[0]); }

  /* The ends of a range: one that is dragged or stepped narrows it. */
  function thumb(field, axis, n, end, axes) {
    var node = make("div", "living-range");
    node.tabIndex = 0;
    node.setAttribute("role", "slider");
    node.setAttribute("aria-orientation", "vertical");
    node.setAttribute("aria-label", axis.name + (end ? ", at most" : ", at least"));
    function set(value) {
      var range = rangeOf(axis).slice(), reach = reachOf(axis);
      range[end] = end ? Math.max(range[0], Math.min(reach[1], value)) : Math.min(range[1], Math.max(reach[0], value));
      if (range[0] <= reach[0] && range[1] >= reach[1]) { delete own.ranges[axis.key]; } else { own.ranges[axis.key] = range; }
      if (!own.frame) { own.frame = window.requestAnimationFrame(function () { own.frame = 0; paint(); }); }
      window.clearTimeout(own.resting);
      own.resting = window.setTimeout(qpo.living.remember, REST_MS);
    }
    node.addEventListener("pointerdown", function (event) { if (event.button === 0) { event.preventDefault(); node.focus({ preventScroll: true }); node.setPointerCapture(event.pointerId); } });
    node.addEventListener("pointermove", function (event) { if (node.hasPointerCapture(event.pointerId)) { set(back(axis, event.clientY - field.getBoundingClientRect().top)); } });
    node.addEventListener("keydown", function (event) {
      var reach = reachOf(axis), step = (reach[1] - reach[0]) / 50 * (event.shiftKey ? 10 : 1), at = rangeOf(axis)[end];
      var wanted = { ArrowUp: at + (axis.up ? step : -step), ArrowDown: at - (axis.up ? step : -step), ArrowRight: at + step, ArrowLeft: at - step, Home: reach[0], End: reach[1], Escape: reach[end] }[event.key];
      if (wanted === undefined) { return; }
      event.preventDefault();
      event.stopPropagation();
      set(wanted);
    });
    field.appendChild(node);
    return { node: node, axis: axis, n: n, end: end };
  }

  function paint() {
    var axes = chosen(), svg = qpo.livingChart.svg, sheet = own.sheet;
    if (!sheet || !sheet.isConnected || !own.lines.length) { return; }
    sheet.replaceChildren();
    var kept = 0, faint = [], strong = [];
    own.pick = null;
    own.lines.forEach(function (one) {
      var d = axes.map(function (axis, n) { return (n ? "L" : "M") + place(n, axes).toFixed(1) + "," + y(axis, one[axis.key]).toFixed(1); }).join(""), is = isKept(one, axes);
      if (is) { kept += 1; if (!own.pick || one.sharpe > own.pick.sharpe) { own.pick = one; } }
      (is ? strong : faint).push({ d: d, level: one.level });
    });
    faint.forEach(function (one) { sheet.appendChild(svg("path", { d: one.d, "class": "living-faint" })); });
    strong.forEach(function (one) { sheet.appendChild(svg("path", { d: one.d, "class": one.level ? "living-kept is-level" : "living-kept" })); });
    var here = own.state.point;
    if (here) {
      var mine = { gain: here.gain, risk: here.risk, sharpe: here.sharpe, score: qpo.livingModel.score(own.state.model, here.weights), trade: qpo.livingModel.turnover(own.state.model, here.weights), cost: qpo.livingModel.cost(own.state.model, here.weights), largest: Math.max.apply(null, Array.from(here.weights)) };
      var parts = axes.map(function (axis, n) { return mine[axis.key] === undefined ? "" : place(n, axes).toFixed(1) + "," + y(axis, mine[axis.key]).toFixed(1); });
      if (parts.every(Boolean)) { sheet.appendChild(svg("path", { d: "M" + parts.join("L"), "class": "living-here" })); }
    }
    axes.forEach(function (axis, n) {
      var x = place(n, axes).toFixed(1), reach = reachOf(axis), range = rangeOf(axis);
      sheet.appendChild(svg("line", { x1: x, x2: x, y1: TOP, y2: HIGH - FOOT, "class": "living-axis" }));
      sheet.appendChild(svg("line", { x1: x, x2: x, y1: y(axis, range[0]), y2: y(axis, range[1]), "class": "living-axis-range" }));
      [[axis.up ? reach[1] : reach[0], TOP - 7], [axis.up ? reach[0] : reach[1], HIGH - FOOT + 18]].forEach(function (one) {
        var text = svg("text", { x: x, y: one[1], "text-anchor": "middle", "class": "living-axis-end" });
        text.textContent = shown(axis, one[0]);
        sheet.appendChild(text);
      });
    });
    own.grips.forEach(function (one) { one.node.style.left = place(one.n, axes).toFixed(1) + "px"; });
    own.thumbs.forEach(function (one) {
      var range = rangeOf(one.axis), reach = reachOf(one.axis);
      one.node.style.transform = "translate(" + place(one.n, axes).toFixed(1) + "px," + y(one.axis, range[one.end]).toFixed(1) + "px)";
      one.node.classList.toggle("is-top", y(one.axis, range[one.end]) <= y(one.axis, range[1 - one.end]) && (one.axis.up ? one.end === 1 : one.end === 0));
      one.node.setAttribute("aria-valuemin", String(Number(reach[0].toPrecision(6))));
      one.node.setAttribute("aria-valuemax", String(Number(reach[1].toPrecision(6))));
      one.node.setAttribute("aria-valuenow", String(Number(range[one.end].toPrecision(6))));
      one.node.setAttribute("aria-valuetext", shown(one.axis, range[one.end]).replace("%", " percent"));
    });
    own.count.textContent = kept + " of " + own.lines.length + " efficient portfolios are within the ranges.";
    own.show.disabled = !own.pick;
    own.clear.hidden = !Object.keys(own.ranges).length;
    own.twin.again();
  }

  window.addEventListener("resize", function () { if (own.sheet && own.sheet.isConnected) { paint(); } });

  qpo.livingAxes = {
    refresh: function (state) { if (own.model !== state.model) { own.model = state.model; own.ranges = {}; own.lines = []; } collect(state); },
    /* Which axes an address asks for, in their order; and how the address says so. */
    begin: function (model, text, ranges) {
      var keys = String(text || "").split(",").filter(function (key, n, all) { return isAxis(key) && all.indexOf(key) === n; });
      own.chosen = keys.length >= AXES_MIN ? keys.slice(0, AXES_MAX) : null;
      own.model = model;
      own.ranges = {};
      own.lines = [];
      String(ranges || "").split(";").forEach(function (part) {
        var one = part.split(":"), ends = one.slice(1).map(Number);
        if (isAxis(one[0]) && one.length === 3 && ends.every(isFinite) && ends[0] <= ends[1]) { own.ranges[one[0]] = ends; }
      });
    },
    text: function () { return own.chosen ? own.chosen.join(",") : ""; },
    rangesText: function () {
      return Object.keys(own.ranges).map(function (key) { return key + ":" + own.ranges[key].map(function (end) { return Number(end.toPrecision(14)); }).join(":"); }).join(";");
    },
    mark: function (state) { own.state = state; paint(); },
    levels: function (state) { qpo.livingChart.levels(state.hidden.indexOf("levels") < 0 ? own.families : []); },
    measured: function (answer) {
      if (!answer || answer.seq !== own.seq || !answer.drawdowns) { return; }
      var isNew = own.lines.length && own.lines[0].fall === null;
      own.lines.forEach(function (one, n) { one.fall = answer.drawdowns[n]; });
      if (isNew && own.state) { draw(own.state); } else { paint(); }
    }
  };
})();
