/* Theme switch inside the product: the button, the Stores, and every chart that stands on the page. */
(function () {
  "use strict";
  var qpo = window.qpo;
  if (!qpo) return;
  var templates = {};
  var pending = null;
  var paper = null; // while the page is on paper: each chart that was made narrower, with the width it had
  var PAPER_PX = 660; // what a card of A4 or Letter upright has for a chart

  /* A chart carries the name of its theme in its template; one that differs from the page is drawn again. */
  function themeOf(plot) {
    var template = plot.layout && plot.layout.template;
    var meta = template && template.layout && template.layout.meta;
    return meta && meta.theme;
  }

  function repainted(value, colors) {
    if (typeof value === "string") return colors[value] || value;
    if (Array.isArray(value)) return value.map(function (one) { return repainted(one, colors); });
    if (value && Object.getPrototypeOf(value) === Object.prototype) {
      var copy = {};
      Object.keys(value).forEach(function (key) { copy[key] = repainted(value[key], colors); });
      return copy;
    }
    return value; // numbers, typed arrays
  }

  function shownNow() { return paper ? "light" : qpo.theme.shown(); }

  function paint() {
    pending = null;
    var shown = shownNow();
    var template = templates[shown];
    if (!template || !window.Plotly) return;
    var colors = {};
    (templates.colors || []).forEach(function (pair) {
      if (shown === "dark") colors[pair[0]] = pair[1];
      else colors[pair[1]] = pair[0];
    });
    document.querySelectorAll(".js-plotly-plot").forEach(function (plot) {
      var was = themeOf(plot);
      if (!was || was === shown) return;
      var layout = repainted(plot.layout, colors);
      layout.template = template;
      window.Plotly.react(plot, repainted(plot.data, colors), layout);
    });
  }

  function paintSoon() {
    if (pending === null) pending = window.setTimeout(paint, 30);
  }

  function wear(shown) {
    document.documentElement.setAttribute("data-bs-theme", shown);
    document.body.setAttribute("data-ag-theme-mode", shown);
    window.clearTimeout(pending);
    paint();
  }

  /* Paper is light, whatever the screen is, and no wider than a sheet; the account's choice is not touched. */
  function toPaper() {
    if (paper) return;
    paper = [];
    wear("light");
    document.querySelectorAll(".js-plotly-plot").forEach(function (plot) {
      if (!window.Plotly || !plot._fullLayout || plot.clientWidth <= PAPER_PX) return;
      paper.push([plot, plot.layout.width, plot.layout.autosize]);
      window.Plotly.relayout(plot, { autosize: false, width: PAPER_PX });
    });
  }

  function fromPaper() {
    if (!paper) return;
    var narrowed = paper;
    paper = null;
    wear(shownNow());
    narrowed.forEach(function (one) {
      if (!document.contains(one[0])) return;
      window.Plotly.relayout(one[0], { autosize: one[2] !== false, width: one[1] === undefined ? null : one[1] });
    });
  }

  window.addEventListener("beforeprint", toPaper);
  window.addEventListener("afterprint", fromPaper);
  window.matchMedia("print").addEventListener("change", function (event) { (event.matches ? toPaper : fromPaper)(); });

  qpo.theme.templates = function (given) {
    templates = given || {};
    paintSoon();
  };

  qpo.theme.onChange(function (choice, shown) {
    qpo.set("shell-theme", { data: choice });
    qpo.set("shell-theme-shown", { data: shown });
    paintSoon();
  });

  qpo.onShell(function (root) {
    var account = root.getAttribute("data-theme-choice");
    if (account && account !== qpo.theme.choice()) qpo.theme.choose(account);
    else {
      qpo.set("shell-theme", { data: qpo.theme.choice() });
      qpo.set("shell-theme-shown", { data: qpo.theme.shown() });
    }
    document.body.setAttribute("data-ag-theme-mode", qpo.theme.shown());
    new MutationObserver(function (changes) {
      for (var i = 0; i < changes.length; i += 1) {
        for (var j = 0; j < changes[i].addedNodes.length; j += 1) {
          var node = changes[i].addedNodes[j];
          if (node.nodeType === 1 && (node.matches(".main-svg, .plot-container, .graph") || node.querySelector(".js-plotly-plot"))) {
            paintSoon();
            return;
          }
        }
      }
    }).observe(root, { childList: true, subtree: true });
  });

  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-theme-toggle]")) qpo.theme.toggle();
  });
})();
