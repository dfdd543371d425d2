/* Stepping through a chart in which nothing can be chosen: arrow keys go from day to day or from point to point, and what its hover says is read aloud. */
(function () {
  "use strict";
  var READ_MS = 90; // the library draws a hover at most every 50 ms
  var PAGE_SHARE = 20;
  var KEYS = ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "PageDown", "PageUp", "Home", "End"];
  var HINT = ". Arrow keys go through it.";

  function tracesOf(plot) {
    var found = [];
    (plot._fullData || []).forEach(function (trace, number) {
      var counts = trace.x && trace.y && trace.x.length && trace.y.length;
      if (trace.visible === true && trace.hoverinfo !== "skip" && counts) found.push({ trace: trace, number: number });
    });
    return found;
  }

  function along(trace) { return trace.orientation === "h" ? "y" : "x"; }

  function listed(stops) { return { count: stops.length, at: function (place) { return stops[place]; } }; }

  function cellsOf(one) {
    var cells = [];
    one.trace.z.forEach(function (row, line) {
      row.forEach(function (value, place) {
        if (value !== null && value !== undefined) cells.push([{ curveNumber: one.number, pointNumber: [line, place] }]);
      });
    });
    return listed(cells);
  }

  /* where a line or bar has a value, every other one that has it too is shown with it */
  function sharedBy(traces, lead) {
    var axis = along(lead.trace);
    function at(place) {
      var value = lead.trace[axis][place];
      return traces.filter(function (one) { return along(one.trace) === axis; }).map(function (one) {
        return { curveNumber: one.number, pointNumber: one === lead ? place : Array.prototype.indexOf.call(one.trace[axis], value) };
      }).filter(function (one) { return one.pointNumber >= 0; });
    }
    return { count: lead.trace[axis].length, at: at };
  }

  function pointsOf(traces) {
    var found = [];
    traces.forEach(function (one) {
      for (var place = 0; place < one.trace.x.length; place += 1) {
        found.push({ x: one.trace.x[place], y: one.trace.y[place], points: [{ curveNumber: one.number, pointNumber: place }] });
      }
    });
    found.sort(function (one, other) { return one.x < other.x ? -1 : one.x > other.x ? 1 : one.y < other.y ? -1 : one.y > other.y ? 1 : 0; });
    return listed(found.map(function (one) { return one.points; }));
  }

  /* stopsOf(plot) -> how many stops there are, and the points that one of them shows */
  function stopsOf(plot) {
    var traces = tracesOf(plot);
    var lead = traces.slice().sort(function (one, other) { return other.trace.x.length - one.trace.x.length; })[0];
    if (!lead) return listed([]);
    if (lead.trace.z && lead.trace.z[0] && lead.trace.z[0].length) return cellsOf(lead);
    var isLine = lead.trace.type !== "scatter" || /lines/.test(lead.trace.mode || "");
    return isLine ? sharedBy(traces, lead) : pointsOf(traces);
  }

  function placeOf(trace) { return (trace.xaxis || "x") + (trace.yaxis || "y"); }

  /* Where the hover of a place tells all that stands there, with its day, the library is asked for the place. */
  function show(plot, points) {
    var trace = plot._fullData[points[0].curveNumber];
    var name = along(trace);
    var axis = plot._fullLayout[name + "axis"];
    if (axis && axis.d2c && String(plot._fullLayout.hovermode || "").indexOf(name) === 0) {
      var asked = {};
      asked[name + "val"] = axis.d2c(trace[name][points[0].pointNumber]);
      window.Plotly.Fx.hover(plot, asked, placeOf(trace));
      return;
    }
    var places = {};
    points.forEach(function (one) { places[placeOf(plot._fullData[one.curveNumber])] = true; });
    window.Plotly.Fx.hover(plot, points, Object.keys(places));
  }

  function wordsOf(plot) {
    var said = [];
    plot.querySelectorAll(".hoverlayer text").forEach(function (text) {
      var lines = Array.from(text.querySelectorAll("tspan.line"));
      var words = (lines.length ? lines.map(function (line) { return line.textContent.trim(); }).join(", ") : text.textContent).trim();
      if (words && said.indexOf(words) < 0) said.push(words);
    });
    return said.join(", ").replace(/ : /g, ": ");
  }

  function nextOf(key, at, count) {
    var leap = Math.max(1, Math.round(count / PAGE_SHARE));
    var places = { ArrowRight: at + 1, ArrowDown: at + 1, ArrowLeft: at - 1, ArrowUp: at - 1, PageDown: at + leap, PageUp: at - leap, Home: 0, End: count - 1 };
    return Math.max(0, Math.min(count - 1, places[key]));
  }

  function hasOwnKeys(plot) {
    var frame = plot.closest(".chart") || plot;
    return Boolean(frame.querySelector("[role=slider]"));
  }

  document.addEventListener("keydown", function (event) {
    var box = event.target.classList && event.target.classList.contains("steps") ? event.target : null;
    var plot = box && box.querySelector(".js-plotly-plot");
    if (!plot || !window.Plotly || !window.Plotly.Fx || event.ctrlKey || event.metaKey || event.altKey || KEYS.indexOf(event.key) < 0) return;
    var stops = stopsOf(plot);
    if (!stops.count) return;
    event.preventDefault();
    var start = /Left|Up/.test(event.key) ? stops.count : -1;
    plot.qpoStep = nextOf(event.key, plot.qpoStep === undefined ? start : Math.min(plot.qpoStep, stops.count - 1), stops.count);
    show(plot, stops.at(plot.qpoStep));
    window.clearTimeout(plot.qpoRead);
    plot.qpoRead = window.setTimeout(function () { window.qpoChoose.say(wordsOf(plot)); }, READ_MS);
  });

  document.addEventListener("focusout", function (event) {
    var plot = event.target.classList && event.target.classList.contains("steps") && event.target.querySelector(".js-plotly-plot");
    if (plot && window.Plotly && window.Plotly.Fx) window.Plotly.Fx.unhover(plot);
  });

  window.qpoSteps = {
    /* take(box, plot) -> nothing; a drawn chart without keys of its own becomes a stop of the keyboard */
    take: function (box, plot) {
      if (!tracesOf(plot).length || hasOwnKeys(plot)) return window.qpoSteps.leave(box);
      var words = ((box.closest(".chart") || document.createElement("p")).getAttribute("aria-label") || "Chart") + HINT;
      if (box.getAttribute("aria-label") !== words) box.setAttribute("aria-label", words);
      if (box.classList.contains("steps")) return;
      box.tabIndex = 0;
      box.setAttribute("role", "application");
      box.setAttribute("aria-roledescription", "chart");
      box.classList.add("steps");
    },
    /* leave(box) -> nothing; what became a chooser, or has handles by now, is none of these */
    leave: function (box) {
      if (!box.classList.contains("steps")) return;
      box.classList.remove("steps");
      ["tabindex", "role", "aria-label", "aria-roledescription"].forEach(function (name) { box.removeAttribute(name); });
    }
  };
})();
