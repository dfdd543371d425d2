/* What the market explorer does in the browser alone: the whole view in the address, the zoom that is kept. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var USUAL = { range: "1y", frequency: "auto", sessions: "1", adjust: "", scale: "linear", compare: "", start: "", end: "" };

  function write(view, usual) {
    var address = new URL(window.location.href);
    Object.keys(view).forEach(function (name) {
      if (!view[name] || view[name] === (usual || USUAL)[name]) address.searchParams.delete(name);
      else address.searchParams.set(name, view[name]);
    });
    var next = address.pathname + address.search.replace(/%2C/g, ",");
    if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
  }

  function symbols(text) {
    return (text || "").toUpperCase().split(/[\s,;]+/).filter(function (one, n, all) { return one && all.indexOf(one) === n; }).join(",");
  }

  function go(href) {
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  /* dragging zooms where there is a mouse; a finger scrolls the page past the chart */
  document.addEventListener("pointerover", function (event) {
    if (event.pointerType !== "mouse" || !window.Plotly) return;
    var plot = event.target.closest && event.target.closest("#market-symbol-plot .js-plotly-plot");
    if (plot && plot.layout && plot.layout.dragmode !== "zoom") window.Plotly.relayout(plot, { dragmode: "zoom" });
  });

  dash.market = {
    /* view(range, frequency, sessions, adjust, scale, compare, view, shown) -> [view, zoom]; another range ends the zoom */
    view: function (range, frequency, sessions, adjust, scale, compare, view, shown) {
      var none = dash.no_update;
      var next = { range: range, frequency: frequency, sessions: sessions, adjust: adjust === shown ? view.adjust : adjust || "", scale: scale, compare: symbols(compare) };
      var isNew = Object.keys(next).some(function (name) { return next[name] !== (view[name] || ""); });
      if (!isNew) return [none, none];
      write(next);
      if (next.range === view.range && (next.frequency === "minute") === (view.frequency === "minute")) return [next, none];
      write({ start: "", end: "" });
      return [next, { start: "", end: "" }];
    },
    /* boxes(frequency) -> [no range, no sessions, no adjustment]: bars of minutes have sessions, and stand as delivered */
    boxes: function (frequency) {
      var isMinute = frequency === "minute";
      return [isMinute, !isMinute, isMinute];
    },
    /* zoom(relayout) -> {start, end} that a drag left, kept in the address; a double click ends it */
    zoom: function (relayout) {
      if (!relayout) return dash.no_update;
      var start = relayout["xaxis.range[0]"];
      var end = relayout["xaxis.range[1]"];
      var zoom = null;
      if (/^\d{4}-/.test(String(start)) && end) zoom = { start: String(start).slice(0, 10), end: String(end).slice(0, 10) };
      else if (relayout["xaxis.autorange"] || relayout["xaxis.showspikes"] === false) zoom = { start: "", end: "" };
      if (!zoom) return dash.no_update;
      write(zoom);
      return zoom;
    },
    /* economy(cell, reading, day, view) -> [view, is the day hidden]; a series is chosen by its row, the rest by fields */
    economy: function (cell, reading, day, view) {
      var next = { series: view.series, reading: reading, known_on: reading === "known" ? day || "" : "" };
      var asked = (dash.callback_context.triggered || []).some(function (one) { return /cellClicked$/.test(one.prop_id); });
      if (asked && cell && cell.rowId) next.series = cell.rowId;
      var isNew = Object.keys(next).some(function (name) { return next[name] !== (view[name] || ""); });
      if (isNew) write(next, { reading: "latest" });
      return [isNew ? next : dash.no_update, reading !== "known"];
    },
    /* open(cell) goes to the page of the row, except from cells that hold a price to be pointed at */
    open: function (cell) {
      if (cell && cell.rowId && cell.colId !== "last_price" && cell.colId !== "symbol") go("/market/" + encodeURIComponent(cell.rowId));
    }
  };
})();
