/* The page of the frontier: limits and point follow the hand, the walk answers each move, the server each rest. */
(function () {
  "use strict";
  var dc = (window.dash_clientside = window.dash_clientside || {});
  var qpo = (window.qpo = window.qpo || {});
  var QUIET_MS = 150, SAME = 1e-8, INSIDE = 1e-9, HAIR = 1e-9;
  var state = fresh();

  function fresh() {
    return {
      model: null, seen: null, asked: null, moves: {}, start: {}, stops: {}, blocked: null, place: 0, follow: "best", gain: 0, startGain: 0, startFollow: "best",
      wanted: null, frame: 0, isHeld: false, seq: 0, shown: 0, isAway: false, next: null, pins: [], hidden: [], base: null, stamp: 0
    };
  }
  function parts() { return { math: qpo.livingModel, chart: qpo.livingChart, map: qpo.livingMap, panel: qpo.livingPanel, handles: qpo.livingHandles }; }
  function value(key) { return qpo.livingModel.valueOf(state.model, state.moves, key); }
  function isHere() { return state.model && document.getElementById("living-handles"); }

  /* --- one picture a frame, of the latest wish --- */
  function ask() { if (!state.frame) { state.frame = window.requestAnimationFrame(function () { state.frame = 0; state.began = performance.now(); if (isHere()) { apply(); draw(); } }); } }

  function apply() {
    var wish = state.wanted;
    state.wanted = null;
    if (!wish) { return; }
    var moves = Object.assign({}, state.moves);
    moves[wish.key] = wish.value;
    if (Math.abs(wish.value - state.model.byKey[wish.key].value) < 1e-12) { delete moves[wish.key]; }
    if (!state.model.engine) { state.moves = moves; follow(); return; }
    moveTo(moves, wish);
  }

  function moveTo(moves, wish) {
    var model = state.model, limitsOf = qpo.livingModel.limitsOf;
    if (!model.engine.state) { model.engine.start(limitsOf(model, state.moves)); }
    var was = model.engine.state, told = model.engine.move(limitsOf(model, moves));
    if (told.outcome === "infeasible" && wish) {
      if (!was) { return false; }
      var stop = qpo.livingModel.endOf(model, state.moves, wish.key, wish.value, was, INSIDE);
      var far = wish.value - stop, isThere = Math.abs(far) <= SAME;
      state.moves = Object.assign({}, moves);
      state.moves[wish.key] = stop;
      // what stands in the way is asked one step beyond the end, not where the hand is
      state.blocked = isThere ? null : { key: wish.key, wish: wish.value, stop: stop, value: stop + Math.sign(far) * Math.min(Math.abs(far), model.byKey[wish.key].step) };
      model.engine.state = was;
      told = model.engine.move(limitsOf(model, state.moves));
      if (!told.path) { told = model.engine.start(limitsOf(model, state.moves)); }
      if (isThere) { state.moves[wish.key] = wish.value; }  // the last portfolio of all stands at its very end
    } else if (told.outcome === "infeasible") { return false; } else { state.moves = moves; state.blocked = null; }
    if (!told.path && told.outcome === "lost") { told = startAt(state.moves); }
    if (!told.path) { trust("wait", "This step is being answered by the engine."); settleSoon(); return false; }
    state.seen = qpo.livingModel.seenOfPath(model, told.path);
    return true;
  }

  /* What a browser cannot follow is asked of the server: one question under way, the latest wish wins. */
  function follow() {
    if (state.isAway) { state.next = true; return; }
    state.isAway = true;
    post(true);
  }

  function placeNow() {
    var seen = state.seen, math = qpo.livingModel;
    if (state.follow === "least") { return 0; }
    if (state.follow === "most") { return seen.returns.length - 1; }
    if (state.follow === "best") { var best = math.bestOf(state.model, seen); if (best !== null) { return best; } }
    return math.placeOf(seen, state.gain);
  }

  function draw() {
    var p = parts(), model = state.model, seen = state.seen;
    if (!seen) { return; }
    state.place = placeNow();
    var point = p.math.at(model, seen, state.place), best = p.math.bestOf(model, seen);
    if (state.follow !== "return") { state.gain = point.gain; }
    state.at = point.gain; // what is shown, where the limits leave less than was wished for
    model.capNow = model.byKey.max ? value("max") : 1;
    model.movesNow = state.moves;
    p.chart.line(seen);
    p.chart.best(best === null || isHidden("best") ? null : p.math.at(model, seen, best));
    p.chart.point(point);
    p.map.draw(model, seen);
    p.map.cursor(seen, point);
    p.panel.show(model, point);
    p.handles.place(model, value, state.stops, state.dragged);
    p.handles.uses(model, point, p.math.prices(model, seen, point));
    p.chart.speak(point, seen.returns[0], seen.returns[seen.returns.length - 1], words(point));
    state.point = point;
    if (state.dragged) { p.handles.speak(state.dragged, reachOf(state.dragged), value(state.dragged), words(point), false); }
    if (qpo.living.watch) { qpo.living.watch(state); }
  }

  /* At rest the point's words are those of the last picture; while it moves they are told four times a second at most. */
  function hear() {
    var list = state.seen.returns;
    qpo.livingChart.speak(state.point, list[0], list[list.length - 1], words(state.point), true);
  }

  function words(point) {
    var said = "expected return " + qpo.livingPanel.rate(point.gain) + ", volatility " + qpo.livingPanel.rate(point.risk);
    return point.sharpe === null ? said : said + ", Sharpe ratio " + qpo.livingPanel.number(point.sharpe, 2);
  }

  /* Between which ends a limit leaves a portfolio: the walk goes there and back. */
  function reachOf(key) {
    var model = state.model, handle = model.byKey[key];
    if (!model.engine || !model.engine.state) { return [handle.low, handle.high]; }
    if (state.reachFor === key + state.shown && state.reaches) { return state.reaches; }
    var here = value(key), ends = [handle.low, handle.high].map(function (end) {
      return end === here ? end : qpo.livingModel.endOf(model, state.moves, key, end, model.engine.state, 0);
    });
    state.reachFor = key + state.shown;
    state.reaches = ends;
    return ends;
  }

  function bars() {
    state.stops = {};
    state.model.handles.forEach(function (handle) {
      state.reachFor = null;
      var ends = reachOf(handle.key), isLeast = qpo.livingModel.isLeast(handle), barred = isLeast ? ends[1] : ends[0], edge = isLeast ? handle.high : handle.low;
      if (Math.abs(barred - edge) > 1e-9) { state.stops[handle.key] = barred; }
      qpo.livingHandles.speak(handle.key, ends, value(handle.key), words(state.point), true);
    });
  }

  /* --- coming to rest --- */
  var quiet = null;
  function settleSoon() { window.clearTimeout(quiet); quiet = window.setTimeout(settle, QUIET_MS); }

  function settle() {
    window.clearTimeout(quiet);
    if (!isHere()) { return; }
    if (state.frame) { window.cancelAnimationFrame(state.frame); state.frame = 0; apply(); draw(); }
    state.dragged = null;
    post(false);
    rest();
  }

  function rest() {
    var p = parts();
    state.shown += 1;
    hear();
    bars();
    p.handles.place(state.model, value, state.stops);
    price();
    p.panel.scale(state.model, state.seen);
    p.panel.show(state.model, state.point);
    p.chart.ghost(Object.keys(state.moves).length && !isHidden("asked") ? state.asked : null);
    p.chart.title(title()); p.chart.names();
    p.map.say(state.model, state.seen);
    told();
    say(words(state.point));
    remember();
    qpo.livingAxes.refresh(state);
  }

  function price() { qpo.livingHandles.uses(state.model, state.point, qpo.livingPrices.settle(state.model, state.moves, state.seen, state.point)); }

  function title() {
    var seen = state.seen, p = qpo.livingPanel, last = seen.returns.length - 1, best = qpo.livingModel.bestOf(state.model, seen);
    if (!last || seen.returns[last] - seen.returns[0] < 5e-5) { return "The limits leave one portfolio: " + p.rate(seen.returns[0]) + " at " + p.rate(Math.sqrt(seen.squares[0])) + " volatility"; }
    var range = "Volatility from " + p.rate(Math.sqrt(seen.squares[0])) + " to " + p.rate(Math.sqrt(seen.squares[last]));
    if (best === null) { return range; }
    var spot = qpo.livingModel.at(state.model, seen, best);
    return range + "; the best Sharpe ratio is " + p.number(spot.sharpe, 2) + " at " + p.rate(spot.risk);
  }

  function post(isPreview) {
    state.seq += 1;
    var claimed = state.seen && state.seen.path && !isPreview ? state.seen.weights.map(function (row) { return Array.from(row); }) : [];
    if (!isPreview) { trust("wait", "The engine is checking."); }
    dc.set_props("living-moved", { data: { seq: state.seq, moves: state.moves, claimed: claimed, preview: isPreview, blocked: isPreview ? null : state.blocked } });
    keep();
  }
  function keep() {
    var pins = state.pins.map(function (pin) { return { risk: pin.risk, gain: pin.gain, weights: Array.from(pin.weights) }; });
    dc.set_props("living-view", { data: { at: state.at, pins: pins } });
  }

  function trust(kind, text) {
    var node = document.getElementById("living-trust");
    if (!node) { return; }
    node.dataset.state = kind;
    if (node.textContent !== text) { node.textContent = text; }
  }
  function say(text) { var node = document.getElementById("living-said"); if (node) { node.textContent = text; } }

  function told() {
    var box = document.getElementById("living-blocked");
    if (box && !state.blocked) { box.replaceChildren(); }
  }

  function remember() {
    if (window.location.pathname !== "/frontier") { return; }
    qpo.livingAddress.keep(state);
    qpo.livingWays.lead(state); qpo.livingWays.reason(state);
  }

  function isHidden(layer) { return state.hidden.indexOf(layer) >= 0; }

  /* The frontier with moved limits at once; caps that leave one portfolio or none of something, where no walk begins, are opened by a hair. */
  function startAt(moves) {
    var limits = qpo.livingModel.limitsOf(state.model, moves), told = state.model.engine.start(limits), sizes = [HAIR, Infinity];
    while (told.outcome === "lost" && sizes.length) {
      var size = sizes.shift();
      for (var r = 1; r < limits.rowUpper.length; r += 1) { if (Math.abs(limits.rowUpper[r]) < size) { limits.rowUpper[r] += HAIR; } }
      told = state.model.engine.start(limits);
    }
    return told;
  }

  function pinOf(moves, gain) {
    var model = state.model;
    if (!model.engine) { return null; }
    var told = startAt(moves);
    if (!told.path) { return null; }
    var seen = qpo.livingModel.seenOfPath(model, told.path), point = qpo.livingModel.at(model, seen, qpo.livingModel.placeOf(seen, gain));
    return Object.assign(point, { moves: moves });
  }

  function showPins() {
    qpo.livingPins.draw(document.getElementById("living-pins"), state.model, state.pins);
    qpo.livingChart.pins(state.pins);
    qpo.livingPins.limit(state.pins.length);
    keep();
    remember();
  }

  /* --- what handles, chart, map and panel ask for --- */
  qpo.living = {
    watch: null,
    value: value,
    begin: function (key) { state.start = Object.assign({}, state.moves); state.dragged = key; state.reachFor = null; },
    want: function (key, wanted, stamp) { state.wanted = { key: key, value: wanted }; state.stamp = stamp; ask(); },
    press: function (key, wanted) {
      if (state.dragged !== key) { qpo.living.begin(key); }
      state.wanted = { key: key, value: wanted };
      ask();
      settleSoon();
    },
    reach: function (key) { state.start = Object.assign({}, state.moves); state.reachFor = null; },
    undo: function () {
      state.wanted = null;
      if (state.model.engine) { if (moveTo(state.start, null)) { state.blocked = null; } } else { state.moves = state.start; follow(); }
      ask();
      settleSoon();
    },
    settle: settle,
    reset: function () { state.start = {}; qpo.living.undo(); },

    hold: function () { state.startGain = state.gain; state.startFollow = state.follow; },
    to: function (place) { var seen = state.seen; state.follow = "return"; state.gain = qpo.livingModel.at(state.model, seen, place).gain; ask(); },
    toReturn: function (gain) { state.follow = "return"; state.gain = gain; ask(); },
    toShare: function (share) { var list = state.seen.returns; qpo.living.toReturn(list[0] + share * (list[list.length - 1] - list[0])); },
    ends: function () { return [state.seen.returns[0], state.seen.returns[state.seen.returns.length - 1]]; },
    jump: function (where) {
      var spot = state.model.data[where];
      state.follow = where === "best" || where === "least" ? where : "return";
      if (spot) { state.gain = spot.return_annual_frac; }
      ask();
      window.requestAnimationFrame(qpo.living.settlePoint);
    },
    undoPoint: function () { state.gain = state.startGain; state.follow = state.startFollow; ask(); window.requestAnimationFrame(qpo.living.settlePoint); },
    settlePoint: function () {
      if (state.frame) { window.cancelAnimationFrame(state.frame); state.frame = 0; apply(); draw(); }
      hear();
      price();
      say(words(state.point));
      keep();
      remember();
      qpo.livingAxes.mark(state);
    },
    pointKey: function (event) {
      if (event.key === "Escape") { qpo.living.undoPoint(); return; }
      var many = event.shiftKey ? 10 : 1, ends = qpo.living.ends();
      var steps = { ArrowUp: many, ArrowRight: many, ArrowDown: -many, ArrowLeft: -many, PageUp: 10, PageDown: -10 }[event.key];
      if (event.key !== "Home" && event.key !== "End" && steps === undefined) { return; }
      event.preventDefault();
      event.stopPropagation();
      var step = qpo.frontierMath.stepOf({ least: ends[0], most: ends[1] }) || 1e-4;
      var gain = event.key === "Home" ? ends[0] : event.key === "End" ? ends[1] : Math.round(state.at / step + steps) * step;
      qpo.living.toReturn(Math.max(ends[0], Math.min(ends[1], gain)));
      window.clearTimeout(quiet);
      quiet = window.setTimeout(qpo.living.settlePoint, QUIET_MS);
    },

    why: function (asset) {
      state.why = { asset: asset, of: qpo.livingWays.spot(state) };
      document.querySelectorAll(".living-asset").forEach(function (node) { node.setAttribute("aria-pressed", node.textContent === asset ? "true" : "false"); });
      dc.set_props("living-why-ask", { data: { asset: asset, at: state.at, moves: state.moves, seq: Date.now() } });
    },
    pin: function () {
      if (state.pins.length >= qpo.livingPins.most) { return; }
      state.pins.push(Object.assign({}, state.point, { moves: Object.assign({}, state.moves) }));
      say("Pinned as " + "ABCD".charAt(state.pins.length - 1) + ".");
      showPins();
    },
    unpin: function (n) { state.pins.splice(n, 1); showPins(); },
    showPin: function (n) { qpo.living.show(state.pins[n].moves, state.pins[n].gain); },
    /* Another portfolio with the limits that it was found under. */
    show: function (moves, gain) {
      state.start = Object.assign({}, state.moves);
      state.follow = "return";
      state.gain = gain;
      if (state.model.engine) { moveTo(Object.assign({}, moves), null); } else { state.moves = Object.assign({}, moves); follow(); }
      ask();
      settleSoon();
    },
    /* The plot was zoomed, resized or drawn in another theme. */
    redraw: function () {
      if (!isHere() || !state.seen) { return; }
      qpo.livingMap.restyle();
      draw();
      qpo.livingChart.ghost(Object.keys(state.moves).length && !isHidden("asked") ? state.asked : null);
      qpo.livingChart.names();
      qpo.livingChart.pins(state.pins);
      qpo.livingAxes.levels(state);
    },
    layer: function (layer) {
      state.hidden = isHidden(layer) ? state.hidden.filter(function (one) { return one !== layer; }) : state.hidden.concat(layer);
      remember();
      qpo.living.redraw();
      return !isHidden(layer);
    },
    remember: remember,
    state: function () { return state; }
  };

  dc.living = {
    take: function (data) {
      if (!data || !data.frontier || !document.getElementById("living-handles")) { return dc.no_update; }
      state = fresh();
      var p = parts(), model = p.math.make(data);
      state.model = model;
      state.base = data.base;
      state.hasHistory = data.frontier.drawdowns_frac !== null;
      state.asked = p.math.seenOfAnswer(data.frontier);
      state.hidden = String(data.start.hide || "").split(",").filter(Boolean);
      var moves = {};
      Object.keys(data.start.moves || {}).filter(function (key) { return model.byKey[key]; }).forEach(function (key) {
        moves[key] = Math.max(model.byKey[key].low, Math.min(model.byKey[key].high, data.start.moves[key]));
      });
      if (model.engine) {
        qpo.livingAddress.pinsOf(data.start.pins).forEach(function (one) { var pin = pinOf(one.moves, one.gain); if (pin && state.pins.length < qpo.livingPins.most) { state.pins.push(pin); } });
        var told = startAt(moves);
        var isBeyond = told.outcome === "infeasible" && Object.keys(moves).length > 0;
        if (told.outcome === "infeasible") { moves = {}; told = model.engine.start(p.math.limitsOf(model, moves)); }  // else the server is asked
        if (told.path) { state.seen = p.math.seenOfPath(model, told.path); }
      }
      state.moves = moves;
      qpo.livingAxes.begin(model, data.start.axes, data.start.ranges);
      state.seen = state.seen || state.asked;
      if (!state.seen) { state.model = null; return dc.no_update; }  // the server says why
      if (data.start.at !== null && data.start.at !== undefined) { state.follow = "return"; state.gain = Math.max(state.seen.returns[0], Math.min(state.seen.returns[state.seen.returns.length - 1], data.start.at)); }
      document.getElementById("living-blocked").replaceChildren();
      p.map.build(document.getElementById("living-map"), model, state.asked || state.seen);
      p.panel.build(document.getElementById("living-point"), document.getElementById("living-weights"), model);
      p.panel.scale(model, state.seen);
      p.handles.build(document.getElementById("living-handles"), model, moves);
      draw();
      p.chart.take(data.drawn_for, function () {
        qpo.livingLayers.build(state);
        draw();
        rest();
        showPins();
        post(!model.engine);
        if (isBeyond) { qpo.livingLayers.beyond(); }
      });
      return Date.now();
    },

    answered: function (answer) {
      if (!answer || !isHere()) { return dc.no_update; }
      state.isAway = false;
      if (state.next) { state.next = null; follow(); }
      if (answer.seq < state.seq) { return dc.no_update; }
      if (answer.problem) { trust("bad", answer.problem); return Date.now(); }
      var found = qpo.livingModel.seenOfAnswer(answer), engine = state.model.engine;
      if (!found) { trust("bad", [answer.message].concat(answer.blockers).join(" ")); return Date.now(); }
      var isSame = answer.gap_frac !== null && answer.gap_frac <= SAME && state.seen && state.seen.path;
      if (!isSame) { state.seen = found; draw(); if (!state.dragged) { rest(); } }
      state.falls = answer.drawdowns_frac;
      var broken = qpo.livingWays.loosened(state);
      trust(broken.length ? "what-if" : "ok", (broken.length ? "A what-if that breaks a rule: " + broken.join(", ") + ". " : "") + (engine ? (isSame ? "Certified by the engine: no weight differs from this picture by more than " + qpo.livingPanel.number(0.000001, 6) + "%." : "The engine's answer is shown.") : "Answered and certified by the engine."));
      if (answer.blocked) { qpo.livingLayers.blocked(state, answer.blocked); }
      return Date.now();
    },

    measured: function (answer) { qpo.livingAxes.measured(answer); return Date.now(); }
  };

  document.addEventListener("click", function (event) {
    var knob = event.target.closest && event.target.closest("#living-reset, #living-link");
    if (!knob || !isHere()) { return; }
    if (knob.id === "living-reset") { qpo.living.reset(); } else { qpo.livingAddress.copy(); }
  });
  new MutationObserver(function () { if (isHere()) { window.setTimeout(qpo.living.redraw, 60); } }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme", "data-theme"] });
})();
