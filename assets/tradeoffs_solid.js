/* Turns the surface of three objectives: the places of its traces in the box of the objectives (services/charts/tradeoffs_solid.py)
   are projected anew. Sliders, keys and a drag of the mouse in the picture go the same way. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var CHART = "tradeoffs-solid-chart", MIDDLE = 0.5, DEG_PER_PX = 0.3, STILL_PX = 4;
  var ENDS = { turn: [10, 80], tilt: [10, 60] };
  var drag = null, frame = 0;

  function plotNow() { return document.querySelector("#" + CHART + " .js-plotly-plot"); }

  /* As services/charts/tradeoffs_view.py: rightwards and upwards in the picture. */
  function viewOf(turn, tilt) {
    var a = turn * Math.PI / 180, t = tilt * Math.PI / 180;
    return [[-Math.sin(a), Math.cos(a), 0], [-Math.sin(t) * Math.cos(a), -Math.sin(t) * Math.sin(a), Math.cos(t)]];
  }
  function along(side, place) { return side[0] * (place[0] - MIDDLE) + side[1] * (place[1] - MIDDLE) + side[2] * (place[2] - MIDDLE); }
  function seen(side, places) { return places.map(function (one) { return one ? along(side, one) : null; }); }

  function turned(plot, turn, tilt) {
    var view = viewOf(turn, tilt);
    var data = plot.data.map(function (trace) {
      var places = (trace.meta || {}).solid;
      return places ? Object.assign({}, trace, { x: seen(view[0], places), y: seen(view[1], places) }) : trace;
    });
    var notes = (plot.layout.annotations || []).map(function (note) {
      var found = /^solid-(\d)$/.exec(note.name || ""), end = [0, 0, 0];
      if (!found) { return note; }
      end[Number(found[1])] = 1;
      return Object.assign({}, note, { x: along(view[0], end), y: along(view[1], end) });
    });
    return { data: data, layout: Object.assign({}, plot.layout, { annotations: notes }) };
  }

  function value(name) { return Number(document.getElementById("tradeoffs-" + name).value); }
  function held(name, degrees) { return Math.round(Math.max(ENDS[name][0], Math.min(ENDS[name][1], degrees))); }

  /* A drag starts where the picture is; what moves less than a few pixels is a press on a point. */
  document.addEventListener("pointerdown", function (event) {
    if (event.pointerType !== "mouse" || event.button !== 0 || !event.target.closest || !event.target.closest("#" + CHART)) { return; }
    drag = { x: event.clientX, y: event.clientY, turn: value("turn"), tilt: value("tilt"), isMoved: false };
  });
  document.addEventListener("pointermove", function (event) {
    if (!drag) { return; }
    var right = event.clientX - drag.x, down = event.clientY - drag.y;
    drag.isMoved = drag.isMoved || Math.abs(right) + Math.abs(down) > STILL_PX;
    if (!drag.isMoved || frame) { return; }
    frame = window.requestAnimationFrame(function () {
      frame = 0;
      if (!drag) { return; }
      dash.set_props("tradeoffs-turn", { value: held("turn", drag.turn - DEG_PER_PX * right) });
      dash.set_props("tradeoffs-tilt", { value: held("tilt", drag.tilt + DEG_PER_PX * down) });
    });
  });
  ["pointerup", "pointercancel"].forEach(function (name) { document.addEventListener(name, function () { drag = null; }); });

  dash.tradeoffsSolid = {
    turned: turned,
    turn: function (turn, tilt) {
      var plot = plotNow();
      if (plot && plot.data && plot.layout && turn && tilt) { dash.set_props(CHART, { figure: turned(plot, Number(turn), Number(tilt)) }); }
    }
  };
})();
