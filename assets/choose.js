/* Choosing a part of a page: a press on a name, on a bar or a dot of a chart, or Enter there, says its key; Esc takes it back. */
(function () {
  "use strict";
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  function emit(key) {
    if (key) document.dispatchEvent(new CustomEvent("qpo-choose", { detail: key }));
  }

  function choicesOf(plot) {
    var meta = plot && plot.layout && plot.layout.meta;
    return (meta && meta.choices) || null;
  }

  function dayOf(value) {
    return value instanceof Date ? value.toISOString().slice(0, 10) : String(value).slice(0, 10);
  }

  /* The shortest stretch that holds a day is the one that was meant. */
  function spanAt(spans, day) {
    var inside = spans.filter(function (one) { return one[0] < day && day <= one[1]; });
    inside.sort(function (one, other) { return Date.parse(one[1]) - Date.parse(one[0]) - (Date.parse(other[1]) - Date.parse(other[0])); });
    return inside[0] ? "span:" + inside[0][0] + "/" + inside[0][1] : "";
  }

  /* Points carry [place, how it reads]; what is drawn over one, a mark or a cross, stands for it. */
  function pointsOf(plot) {
    var found = [];
    (plot._fullData || []).forEach(function (trace, number) {
      (trace.customdata || []).forEach(function (data, place) {
        if (Array.isArray(data)) found.push({ data: data, x: trace.x[place], y: trace.y[place], curve: number, place: place });
      });
    });
    return found;
  }

  function pointAt(plot, hit) {
    if (Array.isArray(hit.customdata)) return "point:" + hit.customdata[0];
    var under = pointsOf(plot).filter(function (one) { return one.x === hit.x && one.y === hit.y; })[0];
    return under ? "point:" + under.data[0] : "";
  }

  function keyAt(choices, point, plot) {
    if (choices.points) return pointAt(plot, point);
    if (choices.spans) return spanAt(choices.spans, dayOf(point.x));
    if (choices.ranges) {
      var inside = choices.ranges.filter(function (one) { return one[0] <= point.x && point.x <= one[1]; });
      return inside[0] ? inside[0][2] : "";
    }
    return choices.keys[String(point[choices.axis])] || "";
  }

  /* The stops of the keyboard: the labels of an axis that choose, as they stand on it, or the stretches of days. */
  function stopsOf(plot) {
    var choices = choicesOf(plot);
    if (choices.spans) {
      return choices.spans.slice().sort(function (one, other) { return one[0] < other[0] ? -1 : 1; }).map(function (one) {
        return { key: "span:" + one[0] + "/" + one[1], words: one[2] + ", " + written("Date", one[0]) + " to " + written("Date", one[1]), days: one };
      });
    }
    if (choices.points) {
      return pointsOf(plot).sort(function (one, other) { return one.x - other.x || one.y - other.y; }).map(function (one) {
        return { key: "point:" + one.data[0], words: String(one.data[1]).replace(/<br>/g, ", "), point: one };
      });
    }
    if (choices.ranges) return choices.ranges.map(function (one) { return { key: one[2], words: one[3], range: one }; });
    var axis = plot._fullLayout && plot._fullLayout[choices.axis + "axis"];
    var labels = (axis && axis._categories && axis._categories.length ? axis._categories : Object.keys(choices.keys)).slice();
    var isDown = axis && axis.range && axis.range[0] > axis.range[1];
    if (choices.axis === "y" && !isDown) labels.reverse(); // from the top
    return labels.filter(function (label) { return choices.keys[label]; }).map(function (label) {
      return { key: choices.keys[label], words: words(plot, choices.axis, label), label: label };
    });
  }

  /* as the tables of the page write it for this reader */
  function written(kind, value, decimals) { return window.dashAgGridFunctions["qpo" + kind](value, decimals); }

  function words(plot, axis, label) {
    var other = axis === "x" ? "y" : "x";
    var said = [];
    (plot._fullData || []).forEach(function (trace) {
      if (trace.visible !== true || trace.hoverinfo === "skip" || !trace[axis]) return;
      var place = Array.prototype.indexOf.call(trace[axis], label);
      var value = place < 0 ? null : trace[other][place];
      if (typeof value !== "number") return;
      var side = plot._fullLayout[other + "axis"];
      if (side && side.showticklabels === false && document.documentElement.hasAttribute("data-private")) return; // an amount
      var text = side && side.tickformat && /%$/.test(side.tickformat) ? written("Percent", value) : written("Number", value, 2);
      said.push((trace.showlegend && trace.name ? trace.name + " " : "") + text);
    });
    var name = /^\d{4}-\d{2}-\d{2}$/.test(label) ? written("Date", label) : label;
    return name + (said.length ? ": " + said.join(", ") : "");
  }

  function shown(plot, stop) {
    if (!window.Plotly || !window.Plotly.Fx) return;
    var choices = choicesOf(plot);
    if (stop.point) {
      window.Plotly.Fx.hover(plot, [{ curveNumber: stop.point.curve, pointNumber: stop.point.place }]);
      return;
    }
    if (stop.days) {
      window.Plotly.Fx.hover(plot, [{ curveNumber: 0, pointNumber: nearest(plot, stop.days[1]) }]);
      return;
    }
    if (stop.range) {
      var bars = Array.prototype.findIndex.call(plot._fullData[0].x, function (x) { return stop.range[0] <= x && x <= stop.range[1]; });
      if (bars >= 0) window.Plotly.Fx.hover(plot, [{ curveNumber: 0, pointNumber: bars }]);
      return;
    }
    var points = [];
    plot._fullData.forEach(function (trace, number) {
      if (trace.visible !== true || trace.hoverinfo === "skip" || !trace[choices.axis]) return;
      var place = Array.prototype.indexOf.call(trace[choices.axis], stop.label);
      if (place >= 0) points.push({ curveNumber: number, pointNumber: place });
    });
    if (points.length) window.Plotly.Fx.hover(plot, points);
  }

  function nearest(plot, day) {
    var days = plot._fullData[0].x;
    var place = 0;
    for (var n = 0; n < days.length; n += 1) if (dayOf(days[n]) <= day) place = n;
    return place;
  }

  function voice() {
    var box = document.getElementById("choose-voice");
    if (!box) {
      box = document.createElement("div");
      box.id = "choose-voice";
      box.className = "visually-hidden";
      box.setAttribute("role", "status");
      document.body.appendChild(box);
    }
    return box;
  }

  /* A chart that chooses becomes a stop of the keyboard, and tells its clicks. */
  function ready(plot) {
    var choices = choicesOf(plot);
    var box = plot.closest(".graph");
    if (!box) return;
    if (!choices) {
      if (box.classList.contains("chooses")) { box.removeAttribute("tabindex"); box.removeAttribute("role"); box.classList.remove("chooses"); }
      window.qpoSteps.take(box, plot);
      return;
    }
    window.qpoSteps.leave(box);
    if (!box.classList.contains("chooses")) {
      box.tabIndex = 0;
      box.setAttribute("role", "application");
      box.setAttribute("aria-roledescription", "chart");
      box.classList.add("chooses");
    }
    var words = ((box.closest(".chart") || document.createElement("p")).getAttribute("aria-label") || "Chart") + ". Arrow keys go through it, Enter chooses.";
    if (box.getAttribute("aria-label") !== words) box.setAttribute("aria-label", words);
    if (plot.qpoChooses || !plot.on) return;
    plot.qpoChooses = true;
    plot.on("plotly_click", function (hit) {
      var now = choicesOf(plot);
      if (now && hit.points && hit.points[0]) emit(keyAt(now, hit.points[0], plot));
    });
  }

  function look() {
    document.querySelectorAll(".graph .js-plotly-plot").forEach(ready);
  }
  var wait = null;
  new MutationObserver(function () {
    if (wait) return;
    wait = window.setTimeout(function () { wait = null; look(); }, 250);
  }).observe(document.documentElement, { childList: true, subtree: true });
  /* who is quicker than that still finds the chart listening */
  document.addEventListener("pointerover", function (event) {
    var plot = event.target.closest && event.target.closest(".graph .js-plotly-plot");
    if (plot) ready(plot);
  });

  document.addEventListener("click", function (event) {
    var name = event.target.closest && event.target.closest("[data-choose]");
    if (name) emit(name.getAttribute("data-choose"));
  });

  /* On a drawn bar there is nothing to focus: the chart has the focus, and remembers where the keyboard stands. */
  document.addEventListener("keydown", function (event) {
    var box = event.target.classList && event.target.classList.contains("chooses") ? event.target : null;
    var plot = box && box.querySelector(".js-plotly-plot");
    if (!plot || !choicesOf(plot) || event.ctrlKey || event.metaKey || event.altKey) return;
    var stops = stopsOf(plot);
    if (!stops.length) return;
    var at = Math.min(plot.qpoStop === undefined ? -1 : plot.qpoStop, stops.length - 1);
    var next = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (next !== undefined) {
      event.preventDefault();
      plot.qpoStop = Math.max(0, Math.min(stops.length - 1, next));
      shown(plot, stops[plot.qpoStop]);
      voice().textContent = stops[plot.qpoStop].words;
    } else if ((event.key === "Enter" || event.key === " ") && at >= 0) {
      event.preventDefault();
      emit(stops[at].key);
    }
  });

  /* Esc takes the choice back, unless it has something else to close. */
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.querySelector(".dialog.is-open, details.menu[open], .price-note:not([hidden]), .take-menu:not([hidden])")) return;
    var chip = Array.prototype.find.call(document.querySelectorAll("[data-choose-clear]"), function (one) { return one.offsetParent !== null; });
    if (chip) chip.click();
  }, true);

  var FACTORS = {
    "factor:equity": "Shares", "factor:rates": "Ten-year yield", "factor:credit": "High yield spread", "factor:volatility": "Volatility index",
    "factor:oil": "Oil", "factor:usd": "US dollar", "factor:slope": "Slope of the curve", "factor:ig": "Investment grade spread",
    "factor:emerging": "Emerging market shares", "factor:rest": "Curvature, limits, products"
  };
  window.qpoChoose = {
    emit: emit,
    say: function (words) { voice().textContent = words; },
    isCalm: function () { return calm.matches; },
    /* label(key) -> how a choice reads */
    label: function (key) {
      var known = {
        "effect:allocation": "Allocation", "effect:selection": "Selection", "effect:interaction": "Interaction", "effect:trading": "Trades and fees",
        "factor:cash": "Cash rate", "factor:alpha": "Constant (alpha)", "factor:unexplained": "Unexplained"
      };
      return known[key] || FACTORS[key] || key.slice(key.indexOf(":") + 1);
    }
  };
})();
