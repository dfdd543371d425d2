/* What the page of performance does in the browser alone: the whole view in the address, the brush, and notes on figures. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var USUAL = { portfolio: "", benchmark: "own", currency: "own", period: "all", start: "", end: "", basis: "twr", fees: "net", rolling: "126", rolled: "sharpe", grouping: "sector", method: "bf", linking: "carino", fold: "apart", tab: "figures", factors: "", chosen: "" };
  /* The latest view hangs on the page itself: the store has it a moment later, and a page that is opened anew has none. */
  function latest() {
    var page = document.getElementById("performance-tabs");
    return page ? page.latestView : undefined;
  }
  function keep(view) {
    var page = document.getElementById("performance-tabs");
    if (page) page.latestView = view;
  }
  /* The days of a chip's period stand in the date fields too: written there by us, they choose nothing. */
  function isOurs(start, end) {
    var page = document.getElementById("performance-tabs");
    var told = page && page.toldSpan;
    if (!told) return false;
    return (!asked("performance-start.value") || start === told[0]) && (!asked("performance-end.value") || end === told[1]);
  }
  var PANELS = ["figures", "today", "months", "course", "why", "regimes"];

  function write(view) {
    var address = new URL(window.location.href);
    Object.keys(view).forEach(function (name) {
      if (!view[name] || view[name] === USUAL[name]) address.searchParams.delete(name);
      else address.searchParams.set(name, view[name]);
    });
    var next = address.pathname + address.search;
    if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
  }

  function asked(suffix) {
    return (dash.callback_context.triggered || []).some(function (one) { return one.prop_id.slice(-suffix.length) === suffix; });
  }

  /* dragging chooses days where there is a mouse; a finger scrolls the page past the chart */
  document.addEventListener("pointerover", function (event) {
    if (event.pointerType !== "mouse" || !window.Plotly) return;
    var plot = event.target.closest && event.target.closest("#performance-plot .js-plotly-plot");
    if (plot && plot.layout && plot.layout.dragmode !== "zoom") window.Plotly.relayout(plot, { dragmode: "zoom" });
  });

  /* The note on a figure opens on hover, on focus and on press; Esc and a press elsewhere close it. */
  function note() { return document.getElementById("performance-note"); }

  function show(button) {
    var box = note();
    if (!box) return;
    box.textContent = "";
    [["data-label", "strong"], ["data-formula", "p"], ["data-convention", "p"], ["data-interval", "p"], ["data-remark", "p"]].forEach(function (part) {
      var text = button.getAttribute(part[0]);
      if (!text) return;
      var line = document.createElement(part[1]);
      line.textContent = text;
      box.appendChild(line);
    });
    box.hidden = false;
    put(box, button);
    button.setAttribute("aria-describedby", "performance-note");
  }

  function put(box, button) {
    var place = button.getBoundingClientRect();
    var size = box.getBoundingClientRect();
    var left = Math.min(place.left, window.innerWidth - size.width - 8);
    var below = place.bottom + 6;
    box.style.left = Math.max(8, left) + "px";
    box.style.top = (below + size.height > window.innerHeight ? Math.max(8, place.top - size.height - 6) : below) + "px";
  }

  /* focus scrolls the figure into view: its note goes along; any other scrolling closes the note */
  function scrolled() {
    var box = note();
    var button = document.activeElement;
    if (!box || box.hidden) return;
    if (button && button.getAttribute("data-performance-tip") !== null) put(box, button);
    else hide();
  }

  function hide() {
    var box = note();
    if (box) box.hidden = true;
  }

  function tip(event) {
    return event.target.closest && event.target.closest("[data-performance-tip]");
  }

  document.addEventListener("pointerover", function (event) {
    var button = tip(event);
    if (event.pointerType === "mouse" && button) show(button);
  });
  document.addEventListener("pointerout", function (event) {
    if (event.pointerType === "mouse" && tip(event) && document.activeElement !== tip(event)) hide();
  });
  document.addEventListener("focusin", function (event) {
    if (tip(event)) show(tip(event));
    else hide();
  });
  document.addEventListener("click", function (event) {
    if (tip(event)) show(tip(event));
    else hide();
  });
  /* a month, a year or a stretch that is pressed becomes the period of the page */
  document.addEventListener("click", function (event) {
    var chosen = event.target.closest && event.target.closest("[data-performance-span]");
    if (chosen) between(chosen.getAttribute("data-performance-span"));
  });

  function turn(next) {
    keep(next);
    var address = Object.assign({}, next);
    delete address.tab;
    write(address);
    dash.set_props("performance-view", { data: next });
  }

  function between(text) {
    if (!latest()) return;
    var days = text.split("/");
    turn(Object.assign({}, latest(), { start: days[0], end: days[1] }));
    dash.set_props("performance-period", { value: "" });
    dash.set_props("performance-start", { value: days[0] });
    dash.set_props("performance-end", { value: days[1] });
    window.scrollTo({ top: 0 });
  }

  /* a part of an attribution is chosen, and once more taken back; a stretch of days becomes the period */
  document.addEventListener("qpo-choose", function (event) {
    if (window.location.pathname !== "/performance" || !latest()) return;
    var key = event.detail;
    if (key.indexOf("span:") === 0) between(key.slice(5));
    else turn(Object.assign({}, latest(), { chosen: latest().chosen === key ? "" : key }));
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") hide();
  });
  window.addEventListener("scroll", scrolled, { passive: true, capture: true });

  dash.performance = {
    /* view(…controls, relayout, view) -> view; a brush chooses days, a chip ends that */
    view: function (portfolio, benchmark, currency, period, start, end, basis, fees, rolling, rolled, grouping, method, linking, fold, factors, relayout, stored) {
      var none = dash.no_update;
      var view = latest() || stored;
      keep(view);
      var next = Object.assign({}, view, {
        portfolio: portfolio || view.portfolio, benchmark: benchmark || "own", currency: currency || "own", basis: basis, fees: fees, rolling: rolling, rolled: rolled,
        grouping: grouping, method: method, linking: linking, fold: fold, factors: (factors || []).join(",")
      });
      if (view.portfolio && next.portfolio !== view.portfolio) next.chosen = "";
      if (asked("performance-plot.relayoutData") && relayout) {
        var from = relayout["xaxis.range[0]"];
        var to = relayout["xaxis.range[1]"];
        if (/^\d{4}-/.test(String(from)) && to) {
          next.start = String(from).slice(0, 10);
          next.end = String(to).slice(0, 10);
          dash.set_props("performance-start", { value: next.start });
          dash.set_props("performance-end", { value: next.end });
          dash.set_props("performance-period", { value: "" });
        } else if (relayout["xaxis.autorange"] || relayout["xaxis.showspikes"] === false) {
          next.start = next.end = ""; // the date fields follow with the answer
          dash.set_props("performance-period", { value: next.period || "all" });
        }
      } else if (asked("performance-period.value") && period) {
        next.period = period;
        next.start = next.end = ""; // the date fields follow with the answer
      } else if ((asked("performance-start.value") || asked("performance-end.value")) && !isOurs(start, end)) {
        next.start = start || "";
        next.end = end || "";
        var isTyped = next.start !== view.start || next.end !== view.end; // else our own writing, not a person's
        if (isTyped) dash.set_props("performance-period", { value: start || end ? "" : next.period });
      }
      /* an answer of this function is lost where it is asked again meanwhile: what counts is what the store holds */
      var isNew = Object.keys(next).some(function (name) {
        return next[name] !== view[name] || (name !== "tab" && next[name] !== (stored || view)[name]);
      });
      if (!isNew) return none;
      var shown = Object.assign({}, next);
      delete shown.tab; // the tab that is open wrote itself into the address
      write(shown);
      keep(next);
      return next;
    },
    /* chosen(view) -> [is there no chip, its words] */
    chosen: function (view) {
      if (!latest()) keep(view);
      return [!view.chosen, view.chosen ? "Chosen: " + window.qpoChoose.label(view.chosen) + "  ✕" : ""];
    },
    /* span(days) -> nothing; the closes between which a chip's period runs, into the date fields */
    span: function (days) {
      var page = document.getElementById("performance-tabs");
      if (page) page.toldSpan = days;
      if (!days) return;
      dash.set_props("performance-start", { value: days[0] });
      dash.set_props("performance-end", { value: days[1] });
    },
    /* unchoose(clicks) -> nothing; what was chosen is taken back */
    unchoose: function (clicks) {
      if (clicks && latest() && latest().chosen) turn(Object.assign({}, latest(), { chosen: "" }));
    },
    /* tab(active) -> hidden for each panel; a chart that was drawn while hidden learns its size */
    tab: function (active) {
      write({ tab: active });
      window.setTimeout(function () { window.dispatchEvent(new Event("resize")); }, 0);
      return PANELS.map(function (panel) { return panel !== active; });
    }
  };
})();
