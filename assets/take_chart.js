/* Takes one chart along as it stands: zoomed, with the layers that are shown, in light colors on paper. */
(function () {
  "use strict";
  var qpo = window.qpo;
  var LEFT_OUT = { customdata: 1, hovertemplate: 1, hovertext: 1, hoverinfo: 1, hoverlabel: 1, uid: 1, ids: 1, meta: 1, selectedpoints: 1 };
  var LAYOUT = ["annotations", "shapes", "margin", "showlegend", "legend", "barmode", "bargap", "colorway", "separators"];
  var AXES = ["xaxis", "yaxis", "yaxis2"];
  var FILES = [["pdf", "PDF", "vector"], ["svg", "SVG", "vector"], ["png", "PNG", "picture"]];
  var AS_SCREEN = [["pdf:browser", "PDF", "as on screen"], ["png:browser", "PNG", "as on screen"]];
  var NUMBERS = [["csv", "CSV", "its numbers"], ["xlsx", "Excel", "its numbers"]];
  var overlays = {};

  /* Plain values of what a figure holds: arrays of numbers become lists, days become words. */
  function plain(value) {
    if (value === null || typeof value !== "object") return typeof value === "function" ? undefined : value;
    if (value instanceof Date) return value.toISOString();
    if (ArrayBuffer.isView(value)) return Array.prototype.slice.call(value);
    if (Array.isArray(value)) return value.map(plain);
    var copy = {};
    Object.keys(value).forEach(function (key) {
      if (key.charAt(0) === "_" || key in LEFT_OUT) return;
      var one = plain(value[key]);
      if (one !== undefined) copy[key] = one;
    });
    return copy;
  }

  function axis(plot, name) {
    var full = (plot._fullLayout || {})[name];
    var made = plain((plot.layout || {})[name] || {});
    if (!full) return made;
    made.type = full.type;
    if (full.range) made.range = full.range.slice();
    var near = full.type === "linear" && (made.tickformatstops || []).find(function (one) {
      var ends = one.dtickrange;
      return (ends[0] === null || full.dtick >= ends[0]) && (ends[1] === null || full.dtick <= ends[1]);
    });
    if (near) made.tickformat = near.value; // as many decimals as are seen
    return made;
  }

  function figure(plot) {
    var layout = {};
    LAYOUT.forEach(function (key) { if (plot.layout && plot.layout[key] !== undefined) layout[key] = plain(plot.layout[key]); });
    AXES.forEach(function (name) { if (plot._fullLayout && plot._fullLayout[name]) layout[name] = axis(plot, name); });
    var host = plot.closest("[id]"), over = host && overlays[host.id];
    return { data: plain(plot.data || []).concat((over && over(plot)) || []), layout: layout };
  }

  function text(frame, selector) {
    var node = frame && frame.querySelector(selector);
    return node ? node.textContent.replace(/\s+/g, " ").trim() : "";
  }

  function read(frame) {
    var plot = frame && frame.querySelector(".js-plotly-plot");
    if (!plot || !plot._fullLayout) return null;
    return {
      title: text(frame, ".chart-title") || (frame.getAttribute("aria-label") || "").replace(/^Chart: /, ""),
      subtitle: text(frame, ".chart-subtitle"),
      source: text(frame, ".chart-source"),
      height_px: plot.clientHeight,
      figure: figure(plot)
    };
  }

  function twinOf(frame) { return frame.querySelector(".chart-table table"); }

  function chosen(button, kind) {
    var frame = button.closest(".chart"), parts = kind.split(":");
    if (kind === "csv" || kind === "xlsx") {
      qpo.take.send(Object.assign(qpo.take.readTables(frame.querySelector(".chart-table")), { format: kind }));
      return;
    }
    var found = read(frame);
    if (!found) { qpo.take.say("The chart is not there yet."); return; }
    var more = { what: "chart", format: parts[0], renderer: parts[1] || "vector", search: qpo.take.asked(), is_hidden: qpo.take.isHidden() };
    qpo.take.send(Object.assign(found, more));
  }

  qpo.take.isHidden = function () { return document.documentElement.hasAttribute("data-private"); };
  qpo.take.chart = read;
  /* traces of what a script of ours draws over a plot, for its picture */
  qpo.take.overlays = overlays;
  qpo.take.ways.chart = {
    label: "Take this chart along",
    kinds: function (button) {
      var root = document.getElementById("shell-root"), frame = button.closest(".chart");
      var draws = root && root.hasAttribute("data-draws-as-shown");
      return FILES.concat(draws ? AS_SCREEN : [], twinOf(frame) ? NUMBERS : []);
    },
    chosen: chosen
  };
})();
