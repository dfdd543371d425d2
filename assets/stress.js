/* What the page of stress tests does in the browser alone: the whole view in the address, and the scenario looked at. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var USUAL = { portfolio: "", group: "historic", scenario: "", mode: "buy_and_hold", tab: "results", kind: "moves", others: "follow", loss: "20", basis: "factors", limit: "25", turnover: "10", hedge: "yes", which: "historic", way: "both", method: "t_copula", days: "10", broken: "toward_one", strength: "0.5", part: "20", within: "5", asked: "", chosen: "" };
  var PANELS = ["results", "builder", "chance", "repair"];
  var counts = 0;

  /* a question was asked: how, and that it was, stands in the address, so that a link shows its answer too */
  function ask(question, next) {
    var known = (new URL(window.location.href).searchParams.get("asked") || "").split(".").filter(Boolean);
    if (known.indexOf(question) < 0) known.push(question);
    write(Object.assign({ asked: known.sort().join(".") }, next));
    next.count = ++counts;
    return next;
  }

  function asked(question, names) {
    return function (clicks) {
      if (!clicks) return dash.no_update;
      var typed = Array.prototype.slice.call(arguments, 1);
      var next = {};
      names.forEach(function (name, place) { next[name] = String(typed[place] === null || typed[place] === undefined ? "" : typed[place]); });
      return ask(question, next);
    };
  }

  function write(view) {
    if (window.location.pathname !== "/stress") return;
    var address = new URL(window.location.href);
    Object.keys(view).forEach(function (name) {
      if (!view[name] || view[name] === USUAL[name]) address.searchParams.delete(name);
      else address.searchParams.set(name, view[name]);
    });
    var next = address.pathname + address.search;
    if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
  }

  function press(key) {
    document.querySelectorAll("[data-stress-card]").forEach(function (card) {
      card.setAttribute("aria-pressed", card.getAttribute("data-stress-card") === key ? "true" : "false");
    });
  }

  /* where the page is one column, what a press on a card shows stands far below it */
  function bring() {
    var shown = document.getElementById("stress-detail-words");
    if (!shown || !window.matchMedia("(max-width: 1023px)").matches) return;
    var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    shown.closest(".card-q").scrollIntoView({ block: "start", behavior: calm ? "auto" : "smooth" });
  }

  function differ(one, other) {
    return Object.keys(one).some(function (name) { return one[name] !== other[name]; });
  }

  /* lossOf(figure of the bars, scenario) -> its loss in percent with two digits; null where it does not lose */
  function lossOf(figure, scenario) {
    var bars = figure && figure.data && figure.data[0];
    if (!bars || !bars.customdata) return null;
    var place = bars.customdata.findIndex(function (one) { return one[0] === scenario; });
    var impact = place < 0 ? 0 : bars.x[place];
    return impact < 0 ? Math.round(-impact * 10000) / 100 : null;
  }

  var letGo = null;
  var latest = null;

  function choose(key) {
    write({ chosen: key });
    dash.set_props("stress-chosen", { data: key });
  }

  /* a scenario is looked at; the way to a loss is asked for and shown; a position, a sector or a factor is followed through all of them, and once more let go */
  document.addEventListener("qpo-choose", function (event) {
    if (window.location.pathname !== "/stress") return;
    var key = event.detail;
    if (key.indexOf("scenario:") === 0) {
      if (!latest || latest.scenario === key.slice(9)) return;
      latest = Object.assign({}, latest, { scenario: key.slice(9) });
      dash.set_props("stress-pick", { data: latest });
    } else if (key.indexOf("loss:") === 0) {
      dash.set_props("stress-loss-slide", { value: Number(key.slice(5)) });
      dash.set_props("stress-tabs", { active_tab: "repair" });
    } else {
      var known = new URL(window.location.href).searchParams.get("chosen") || "";
      choose(known === key ? "" : key);
    }
  });

  dash.stress = {
    write: write,
    /* view(portfolio, group, view) -> view */
    view: function (portfolio, group, view) {
      var next = { portfolio: portfolio || view.portfolio, group: group };
      if (!differ(next, view)) return dash.no_update;
      write(next);
      return next;
    },
    /* pick(cards, mode, portfolio, pick) -> pick; a library that is drawn anew chooses nothing */
    pick: function (cards, mode, portfolio, pick) {
      var next = Object.assign({}, pick, { mode: mode, portfolio: portfolio || pick.portfolio });
      var isPressed = false;
      (dash.callback_context.triggered || []).forEach(function (one) {
        if (one.prop_id.indexOf("{") !== 0 || !one.value) return;
        next.scenario = JSON.parse(one.prop_id.slice(0, one.prop_id.lastIndexOf("."))).index;
        isPressed = true;
      });
      if (isPressed) bring();
      if (!differ(next, pick)) return dash.no_update;
      if (pick.portfolio && next.portfolio !== pick.portfolio) choose("");
      write(next);
      press(next.scenario);
      latest = next;
      return next;
    },
    /* chosen(key, pick) -> [is there no chip, its words] */
    chosen: function (key, pick) {
      latest = pick;
      return [!key, key ? "Chosen: " + window.qpoChoose.label(key) + "  ✕" : ""];
    },
    unchoose: function (clicks) { if (clicks) choose(""); },
    reverse: asked("reverse", ["loss", "basis"]),
    repair: asked("repair", ["limit", "turnover", "hedge", "which"]),
    chance: asked("chance", ["method", "days"]),
    redeem: asked("redeem", ["part", "within"]),
    /* loss(slider, same, bars, pick, basis) -> its words; once the slider rests, the way to that loss is asked for */
    loss: function (slide, same, figure, pick, basis) {
      var by = dash.callback_context.triggered_id;
      var loss = Number(slide);
      if (by === "stress-loss-same") {
        var found = lossOf(figure, pick.scenario);
        if (found === null) {
          dash.set_props("stress-loss-answer", { children: "The chosen scenario loses nothing; choose another one, or drag to a loss." });
          return dash.no_update;
        }
        loss = found;
        dash.set_props("stress-loss-slide", { value: loss });
      }
      window.clearTimeout(letGo);
      letGo = window.setTimeout(function () {
        dash.set_props("stress-reverse-loss", { value: String(loss) });
        dash.set_props("stress-reverse-asked", { data: ask("reverse", { loss: String(loss), basis: basis }) });
      }, 300);
      return loss + "%";
    },
    /* moves(clicks) -> the part of the page that draws the moves */
    moves: function (clicks) { return clicks ? "repair" : dash.no_update; },
    /* note(way, kind and strength of the breakdown) -> nothing; they stand in the address */
    note: function (way, broken, strength) { write({ way: way, broken: broken, strength: strength }); },
    /* tab(active) -> hidden for each panel; a chart that was drawn while hidden learns its size */
    tab: function (active) {
      write({ tab: active });
      window.setTimeout(function () { window.dispatchEvent(new Event("resize")); }, 0);
      return PANELS.map(function (panel) { return panel !== active; });
    },
    /* keep(pick) -> nothing; the scenario that the server chose stands in the address too */
    keep: function (pick) {
      if (pick) { latest = pick; write(pick); press(pick.scenario); }
    }
  };
})();
