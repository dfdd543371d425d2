/* The point on the frontier of a result: it follows the pointer, the keys and the typed number without asking the server. */
(function () {
  "use strict";
  var dc = (window.dash_clientside = window.dash_clientside || {});
  var qpo = (window.qpo = window.qpo || {});
  var GRAPH = "result-frontier-chart";
  var QUIET_MS = 150, SPEAK_MS = 250, PATIENCE_MS = 10000;
  var LAYERS = [
    ["proposed", "Proposed"], ["current", "Current"], ["assets", "Assets"], ["band", "Band"],
    ["best", "Highest Sharpe"], ["client", "Client profile"]
  ];
  var state = { model: null, place: 0, start: 0, plot: null, line: [], frame: 0, hidden: [], isHeld: false, drawn: null };
  var math = function () { return qpo.frontierMath; };

  function plotNow() {
    var host = document.getElementById(GRAPH);
    return host && host.querySelector(".js-plotly-plot");
  }

  /* Whether the chart shows the frontier that was taken over: another may be on its way, or not be gone yet. */
  function isOurs(plot) {
    var meta = plot && plot.layout && plot.layout.meta, model = state.model;
    return !!(meta && model && meta.drawn_in === model.risk + ":" + model.reward && plot.querySelector(".nsewdrag"));
  }

  /* The plot comes after its data, on a slow line long after it: it is waited for as long as it is this result's page. */
  function whenPlotted(then) {
    var until = Date.now() + PATIENCE_MS, model = state.model;
    (function look() {
      if (model !== state.model) { return; }
      var plot = plotNow();
      if (isOurs(plot)) { then(plot); return; }
      if (Date.now() < until || document.getElementById(GRAPH)) { window.setTimeout(look, Date.now() < until ? 40 : 250); }
    })();
  }

  /* Where the axes lie, in pixels of the wrapper, and what they reach. */
  function frameOf(plot) {
    var area = isOurs(plot) && plot.querySelector(".nsewdrag");
    if (!area || !plot.layout.xaxis || !plot.layout.xaxis.range) { return null; }
    var box = area.getBoundingClientRect(), outer = wrapper(plot).getBoundingClientRect();
    if (box.width < 20) { return null; }
    var xs = plot.layout.xaxis.range.map(Number), ys = plot.layout.yaxis.range.map(Number);
    return {
      left: box.left - outer.left, top: box.top - outer.top, width: box.width, height: box.height,
      x: function (risk) { return box.left - outer.left + (risk - xs[0]) / (xs[1] - xs[0]) * box.width; },
      y: function (reward) { return box.top - outer.top + (ys[1] - reward) / (ys[1] - ys[0]) * box.height; }
    };
  }
  function wrapper(plot) { return plot.closest(".chart-plot"); }

  function svg(name, attributes) {
    var node = document.createElementNS(qpo.frontierMath.svgSpace, name);
    Object.keys(attributes || {}).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    return node;
  }

  /* What lies above the plot: two guides, and the handle. */
  function overlay(plot) {
    var box = wrapper(plot), handle = box.querySelector(".frontier-handle");
    if (handle) { return handle; }
    var sheet = svg("svg", { "class": "frontier-overlay", "aria-hidden": "true" });
    sheet.appendChild(svg("line", { "class": "frontier-guide", "data-guide": "x" }));
    sheet.appendChild(svg("line", { "class": "frontier-guide", "data-guide": "y" }));
    handle = document.createElement("div");
    handle.className = "frontier-handle";
    handle.tabIndex = 0;
    handle.setAttribute("role", "slider");
    handle.setAttribute("aria-label", "Point on the frontier");
    handle.setAttribute("aria-orientation", "vertical");
    box.appendChild(sheet);
    box.appendChild(handle);
    listen(handle);
    return handle;
  }

  function local(event, box) {
    var outer = box.getBoundingClientRect();
    return [event.clientX - outer.left, event.clientY - outer.top];
  }

  function listen(handle) {
    handle.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) { return; }
      event.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(event.pointerId);
      state.start = state.place;
      state.isHeld = true;
      measure();
    });
    handle.addEventListener("pointermove", function (event) {
      if (!handle.hasPointerCapture(event.pointerId) || !state.line.length) { return; }
      var spot = local(event, handle.parentNode);
      go(math().nearest(state.line, spot[0], spot[1]));
    });
    handle.addEventListener("pointerup", function () { state.isHeld = false; settle(); });
    handle.addEventListener("pointercancel", function () { state.isHeld = false; go(state.start); });
    handle.addEventListener("focus", function () { if (!state.isHeld) { state.start = state.place; } });
    handle.addEventListener("keydown", key);
  }

  function key(event) {
    var model = state.model, step = math().stepOf(model);
    if (event.key === "Escape") { go(state.start); settleSoon(); return; }
    var many = event.shiftKey ? 10 : 1;
    var steps = { ArrowUp: many, ArrowRight: many, ArrowDown: -many, ArrowLeft: -many, PageUp: 10, PageDown: -10 }[event.key];
    if (event.key !== "Home" && event.key !== "End" && steps === undefined) { return; }
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Home") { go(0); } else if (event.key === "End") { go(model.last); } else if (step) {
      var reward = math().at(model, state.place).reward;
      go(math().placeOf(model, Math.round(reward / step + model.sign * steps) * step));
    }
    settleSoon();
  }

  var quiet = null;
  function settleSoon() { window.clearTimeout(quiet); quiet = window.setTimeout(settle, QUIET_MS); }

  /* The point has come to rest: tell the page, and who listens. */
  function settle() {
    if (!state.model) { return; }
    var point = math().at(state.model, state.place);
    dc.set_props("frontier-point", { data: { run: state.model.run, reward: point.reward, risk: point.risk, "return": point.gain } });
    speak(point, true);
    qpo.frontierPanel.said(words(point));
  }

  function go(place) {
    if (!state.model) { return; }
    state.place = Math.max(0, Math.min(state.model.last, place));
    if (!state.frame) { state.frame = window.requestAnimationFrame(function () { state.frame = 0; draw(); }); }
  }

  function measure() {
    state.line = [];
    var plot = plotNow(), frame = plot && state.model && frameOf(plot);
    if (!frame) { return null; }
    state.line = state.drawn.map(function (one) { return { place: one.place, x: frame.x(one.risk), y: frame.y(one.reward) }; });
    return frame;
  }

  function draw() {
    if (!state.model) { return; }
    var point = math().at(state.model, state.place);
    qpo.frontierPanel.show(state.model, point);
    qpo.frontierMap.cursor(state.model, point);
    var plot = plotNow(), frame = plot && frameOf(plot);
    if (!frame) { return; }
    var handle = overlay(plot), x = frame.x(point.risk), y = frame.y(point.reward);
    var isInside = x >= frame.left - 1 && x <= frame.left + frame.width + 1 && y >= frame.top - 1 && y <= frame.top + frame.height + 1;
    handle.parentNode.classList.toggle("frontier-away", !isInside || state.model.last === 0);
    handle.style.transform = "translate(" + x.toFixed(2) + "px," + y.toFixed(2) + "px)";
    guide(handle.parentNode, "x", [x, y, x, frame.top + frame.height]);
    guide(handle.parentNode, "y", [frame.left, y, x, y]);
    speak(point, false);
  }

  function guide(box, which, ends) {
    var line = box.querySelector('[data-guide="' + which + '"]');
    ["x1", "y1", "x2", "y2"].forEach(function (name, n) { line.setAttribute(name, ends[n].toFixed(2)); });
  }

  /* Sentence of the point, for those who hear it. */
  function words(point) {
    var model = state.model, panel = qpo.frontierPanel;
    var said = model.words.reward_inside + " " + panel.reward(model, point.reward) + ", " + model.words.risk_inside + " " + panel.risk(point.risk);
    var largest = panel.largestChange(model, point);
    return largest ? said + "; largest change " + largest : said;
  }

  var spoken = 0;
  function speak(point, isEnd) {
    var handle = plotNow() && wrapper(plotNow()).querySelector(".frontier-handle"), now = Date.now();
    if (!handle || (!isEnd && now - spoken < SPEAK_MS)) { if (handle) { settleSpeech(); } return; }
    spoken = now;
    var scale = state.model.is_share ? 100 : 1;
    handle.setAttribute("aria-valuemin", (state.model.least * scale).toFixed(2));
    handle.setAttribute("aria-valuemax", (state.model.most * scale).toFixed(2));
    handle.setAttribute("aria-valuenow", (point.reward * scale).toFixed(2));
    handle.setAttribute("aria-valuetext", words(point).replace(/%/g, " percent"));
  }
  var later = null;
  function settleSpeech() {
    window.clearTimeout(later);
    later = window.setTimeout(function () { if (state.model) { speak(math().at(state.model, state.place), true); } }, SPEAK_MS);
  }

  /* Layers that are there can be hidden; which are stands in the address. */
  function layers(plot) {
    var host = document.getElementById("frontier-layers");
    var known = plot.data.filter(function (one) { return one.x && (one.x.length || one.x.shape); }).map(function (one) { return (one.meta || {}).layer; });
    if (!host) { return; }
    host.replaceChildren();
    LAYERS.forEach(function (one) {
      if (known.indexOf(one[0]) < 0) { return; }
      var pill = document.createElement("button");
      pill.type = "button";
      pill.className = "pill";
      pill.textContent = one[1];
      pill.setAttribute("aria-pressed", state.hidden.indexOf(one[0]) < 0 ? "true" : "false");
      pill.addEventListener("click", function () {
        var isHidden = state.hidden.indexOf(one[0]) >= 0;
        state.hidden = isHidden ? state.hidden.filter(function (name) { return name !== one[0]; }) : state.hidden.concat(one[0]);
        pill.setAttribute("aria-pressed", isHidden ? "true" : "false");
        remember("hide", state.hidden.join(","), "");
        hide(plotNow());
        if (one[0] === "assets") { fit(plotNow()); }
      });
      host.appendChild(pill);
    });
    host.setAttribute("role", "group");
    host.setAttribute("aria-label", "Layers of the chart");
    if (host.children.length) {
      var word = document.createElement("span");
      word.className = "frontier-layers-word";
      word.textContent = "Show";
      host.insertBefore(word, host.firstChild);
    }
  }

  function hide(plot) {
    if (!plot || !window.Plotly) { return; }
    var shown = [], places = [];
    plot.data.forEach(function (one, n) {
      var layer = (one.meta || {}).layer, is = state.hidden.indexOf(layer) < 0;
      if (layer && (one.visible !== false) !== is) { shown.push(is); places.push(n); }
    });
    if (places.length) { window.Plotly.restyle(plot, { visible: shown }, places); }
  }

  /* Without the assets the axes close in on the frontier; with them they reach as far as before. */
  function fit(plot) {
    if (!isOurs(plot) || !plot.qpoRanges || !window.Plotly) { return; }
    var ranges = { xaxis: plot.qpoWhole.xaxis, yaxis: plot.qpoWhole.yaxis };
    if (state.hidden.indexOf("assets") >= 0) {
      var spots = state.drawn.concat(["proposed", "current", "best", "client"].map(function (name) { return state.model.points[name]; }).filter(Boolean));
      ranges = { xaxis: reach(spots.map(function (one) { return one.risk; })), yaxis: reach(spots.map(function (one) { return one.reward; })) };
    }
    plot.qpoRanges = ranges;
    window.Plotly.relayout(plot, { "xaxis.range": ranges.xaxis.slice(), "yaxis.range": ranges.yaxis.slice() });
  }
  function reach(values) {
    var low = Math.min.apply(null, values), high = Math.max.apply(null, values), room = (high - low || Math.abs(high) || 1) * 0.12;
    return [low - room, high + 1.6 * room];
  }

  function remember(name, value, usual) {
    var address = new URL(window.location.href);
    if (!value || value === usual) { address.searchParams.delete(name); } else { address.searchParams.set(name, value); }
    var next = address.pathname + address.search;
    if (next !== window.location.pathname + window.location.search) { window.history.replaceState(window.history.state, "", next); }
  }

  function watch(plot) {
    if (plot.qpoFrontier) { return; }
    plot.qpoFrontier = true;
    plot.on("plotly_afterplot", function () { if (!state.isHeld) { measure(); draw(); } });
    plot.on("plotly_relayouting", draw);
    plot.on("plotly_click", function (event) {
      var hit = event.points && event.points[0];
      if (!hit || !state.model || (hit.data.meta || {}).layer !== "frontier") { return; }
      go(math().placeOf(state.model, hit.y));
      settle();
    });
    new ResizeObserver(function () { if (state.model) { measure(); draw(); } }).observe(wrapper(plot));
  }

  /* Other measures were chosen: what is shown is on its way out. */
  function stale(is) {
    document.querySelectorAll(".frontier-chart, #frontier-panel").forEach(function (node) { node.classList.toggle("is-stale", is); });
  }
  document.addEventListener("change", function (event) {
    if (event.target.id === "frontier-risk" || event.target.id === "frontier-reward") { stale(true); }
  });

  qpo.frontier = {
    /* Moves that the panel and the map ask for. */
    to: function (reward) { state.start = state.place; go(math().placeOf(state.model, reward)); },
    here: function () { return math().at(state.model, state.place).reward; },
    end: function (isLast) { state.start = state.place; go(isLast ? state.model.last : 0); },
    settle: settle
  };

  dc.frontier = {
    /* The frontier has come, or is not to be had: take it over. */
    take: function (found, view) {
      var waiting = document.getElementById("frontier-waiting");
      if (!found || !waiting) { return dc.no_update; }
      waiting.hidden = true;
      stale(false);
      var isThere = !found.none;
      document.getElementById("frontier-panel").hidden = !isThere;
      document.getElementById("frontier-map").hidden = !isThere || found.rewards.length < 2;
      if (!isThere) {
        state.model = null;
        document.querySelectorAll(".frontier-handle, .frontier-overlay").forEach(function (node) { node.remove(); });
        return Date.now();
      }
      var panel = document.getElementById("frontier-panel");
      if (panel.dataset.run !== found.run) { state.hidden = String((view || {}).hide || "").split(",").filter(Boolean); }
      panel.dataset.run = found.run;
      state.model = math().prepare(found);
      state.drawn = math().along(state.model);
      remember("risk", found.risk, "volatility");
      remember("reward", found.reward, "return");
      var proposed = found.points.proposed;
      state.place = state.start = proposed ? math().placeOf(state.model, proposed.reward) : state.model.last / 2;
      qpo.frontierPanel.build(panel, state.model);
      qpo.frontierMap.build(document.getElementById("frontier-map"), state.model);
      state.line = [];
      draw();
      whenPlotted(function (plot) {
        plot.qpoRanges = plot.qpoWhole = { xaxis: plot.layout.xaxis.range.slice(), yaxis: plot.layout.yaxis.range.slice() };
        watch(plot);
        layers(plot);
        hide(plot);
        if (state.hidden.indexOf("assets") >= 0) { fit(plot); }
        measure();
        draw();
      });
      return Date.now();
    },

    /* The chart anew: what somebody zoomed into stays. */
    redraw: function (figure) {
      var plot = plotNow();
      if (!figure || !plot) { return dc.no_update; }
      var axes = {};
      ["xaxis", "yaxis"].forEach(function (name) {
        var own = plot.qpoRanges && plot.qpoRanges[name], shown = plot.layout[name].range;
        var isMoved = own && shown && (own[0] !== shown[0] || own[1] !== shown[1]);
        var isClose = state.hidden.indexOf("assets") >= 0;
        axes[name] = Object.assign({}, figure.layout[name], isMoved || isClose ? { range: shown.slice() } : {});
      });
      figure.data.forEach(function (one) { if (state.hidden.indexOf((one.meta || {}).layer) >= 0) { one.visible = false; } });
      dc.set_props(GRAPH, { figure: Object.assign({}, figure, { layout: Object.assign({}, figure.layout, axes) }) });
      plot.qpoWhole = { xaxis: figure.layout.xaxis.range, yaxis: figure.layout.yaxis.range };
      if (state.hidden.indexOf("assets") < 0) { plot.qpoRanges = plot.qpoWhole; }
      window.setTimeout(function () { whenPlotted(layers); }, 100);
      return Date.now();
    }
  };
})();
