/* Chooses the asset that is explained: a click or Enter in the table of weights, a click on a point of its chart. */
(function () {
  "use strict";
  var SAMPLE = " (sample";

  function pick(name) {
    var select = document.getElementById("why-asset");
    if (!select || !name) { return; }
    var value = Array.prototype.map.call(select.options, function (one) { return one.value; }).filter(function (one) {
      return one && (one === name || name.indexOf(one + SAMPLE) === 0);
    })[0];
    if (!value) { return; }
    window.dash_clientside.set_props("why-asset", { value: value });
    var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    document.getElementById("why-card").scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  }

  function row(target) {
    var cell = target.closest && target.closest("#result-weights-table .ag-row");
    return cell && cell.getAttribute("row-id");
  }

  document.addEventListener("click", function (event) {
    var name = row(event.target);
    if (name && window.getSelection().isCollapsed) { pick(name); } // a text that was marked is no choice
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter") { pick(row(event.target)); }
  });

  /* A chart tells its clicks only to who asks it; it is asked once the pointer is over it. */
  document.addEventListener("pointerover", function (event) {
    var plot = event.target.closest && event.target.closest("#result-weights-chart .js-plotly-plot");
    if (!plot || plot.qpoWhy || !plot.on) { return; }
    plot.qpoWhy = true;
    plot.on("plotly_click", function (hit) { pick(hit.points[0] && String(hit.points[0].y)); });
  });
})();
