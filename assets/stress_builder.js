/* What the builder of scenarios does in the browser alone: each slider in step with its number, what follows beside it. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var qpo = (window.qpo = window.qpo || {});
  var FACTORS = ["equity", "rates", "credit", "volatility", "oil", "usd", "slope", "ig", "emerging"];
  var REST = ["kind", "others", "start", "end"];
  var AS_FRACTION = { equity: true, oil: true, usd: true, emerging: true };
  var DIGITS = { volatility: 1 };
  var ADDRESS_MS = 400; /* browsers refuse an address that changes too often */
  var SLIDE = "-slide";
  var PLAIN = "Move a slider, or type a move: what follows for the others stands beside them.";
  var law = null;
  var stays = false;
  var noting = null;
  var isStale = false;

  function field(name) { return document.getElementById("stress-build-" + name); }

  function state(values) {
    var next = {};
    FACTORS.concat(REST).forEach(function (name, place) {
      next[name] = values[place] === null || values[place] === undefined ? "" : String(values[place]);
    });
    return next;
  }

  function same(one, other) {
    return FACTORS.concat(REST).every(function (name) { return String(one[name] || "") === String((other || {})[name] || ""); });
  }

  function isStated(built) {
    return !!built && FACTORS.concat(["start", "end"]).some(function (name) { return built[name]; });
  }

  /* number(text) -> the number in it; null where it is none */
  function number(text) {
    var plain = String(text === null || text === undefined ? "" : text).trim().replace(/\s*%$/, "").replace(",", ".").replace("\u2212", "-");
    return plain === "" || !isFinite(Number(plain)) ? null : Number(plain);
  }

  /* words(factor, move) -> the move as callbacks/present_stress.py writes it */
  function words(name, move) {
    var write = window.dashAgGridFunctions.qpoSignedNumber;
    if (AS_FRACTION[name]) return write(100 * move, 1) + "%";
    return write(move, DIGITS[name] || 2) + (name === "volatility" ? " points" : " pp");
  }

  /* rounded(N) -> N of "1 of N" with no more digits than it deserves */
  function rounded(oneIn) {
    if (oneIn >= 1e9) return "more than a billion";
    var digits = Math.pow(10, String(Math.floor(oneIn)).length - 2);
    if (oneIn >= 10) return window.dashAgGridFunctions.qpoCount(Math.round(oneIn / digits) * digits);
    var short = String(Number(oneIn.toPrecision(2)));
    return window.dashAgGridFunctions.qpoNumber(Number(short), (short.split(".")[1] || "").length);
  }

  /* sentence(found) -> as engine/stress/conditional.py says it */
  function sentence(found) {
    if (!found.count) return PLAIN;
    return found.word.charAt(0).toUpperCase() + found.word.slice(1) + ": moves at least this unusual together would come in 1 of " +
      rounded(found.oneIn) + " " + law.period + " under a normal law; real markets reach far tails more often.";
  }

  /* draw(typed by factor): what follows stands beside each factor that is left empty, and the meter follows */
  function draw(typed) {
    var meter = document.getElementById("stress-live-meter");
    if (!meter) return;
    var shocks = {};
    FACTORS.forEach(function (name) {
      var value = number(typed[name]);
      if (value !== null) shocks[name] = AS_FRACTION[name] ? value / 100 : value;
    });
    var isSet = Object.keys(shocks).length > 0;
    var found = law && isSet ? qpo.stressLaw.propagate(law, shocks, stays) : null;
    FACTORS.forEach(function (name) {
      var place = document.getElementById("stress-build-" + name + "-implied");
      var follows = found && !(name in shocks) && name in found.moves;
      var slide = field(name + SLIDE);
      if (slide) slide.classList.toggle("is-unset", !(name in shocks));
      if (place) place.textContent = !follows ? "" : stays ? "stays" : words(name, found.moves[name]) + (found.moves[name] === (law.least_moves || {})[name] ? ", its floor" : "");
    });
    meter.querySelectorAll("[data-step]").forEach(function (step) {
      step.classList.toggle("is-on", !!found && found.count > 0 && step.getAttribute("data-step") === found.word);
    });
    var steps = meter.querySelector("[role=img]");
    if (steps) steps.setAttribute("aria-label", "Plausibility: " + (found && found.count ? found.word : "nothing is set"));
    var told = meter.querySelector("p");
    if (told) told.textContent = found ? sentence(found) : !law && isSet ? "How plausible this is shows once the portfolio is computed." : PLAIN;
  }

  function typedNow() {
    var typed = {};
    FACTORS.forEach(function (name) { var one = field(name); typed[name] = one ? one.value : ""; });
    return typed;
  }

  /* the event itself, before any component knows: what is dragged may not wait for a round of callbacks */
  document.addEventListener("input", function (event) {
    var id = (event.target && event.target.id) || "";
    if (id.indexOf("stress-build-") !== 0) return;
    var name = id.replace("stress-build-", "").replace(SLIDE, "");
    if (FACTORS.indexOf(name) < 0) return;
    var typed = typedNow();
    if (id.slice(-SLIDE.length) === SLIDE) {
      typed[name] = String(Number(event.target.value));
      dash.set_props("stress-build-" + name, { value: typed[name] });
    } else {
      dash.set_props(id + SLIDE, { value: number(event.target.value) || 0 });
    }
    draw(typed);
  }, true);

  dash.stress = dash.stress || {};
  /* build(clicks, the factors in their order, kind, others, start, end) -> what was stated, as typed */
  dash.stress.build = function (clicks) {
    if (!clicks) return dash.no_update;
    var next = state(Array.prototype.slice.call(arguments, 1));
    dash.stress.write(next);
    next.count = clicks;
    return next;
  };
  /* live(factors, kind, others, start, end, what was computed, law) -> nothing; the address follows, and what depends on
     fields that a callback filled */
  dash.stress.live = function () {
    var given = Array.prototype.slice.call(arguments);
    var next = state(given.slice(0, FACTORS.length + REST.length));
    var built = given[FACTORS.length + REST.length];
    law = given[FACTORS.length + REST.length + 1] || null;
    stays = next.others === "stay";
    FACTORS.forEach(function (name) {
      var slide = field(name + SLIDE);
      var to = number(next[name]) || 0;
      if (slide && slide !== document.activeElement && Number(slide.value) !== to) dash.set_props("stress-build-" + name + SLIDE, { value: to });
    });
    draw(next);
    var wasStale = isStale;
    isStale = isStated(built) && !same(next, built);
    if (isStale !== wasStale) dash.set_props("stress-build-stale", { hidden: !isStale });
    window.clearTimeout(noting);
    noting = window.setTimeout(function () { dash.stress.write(next); }, ADDRESS_MS);
  };
  /* kind(kind) -> moves hidden, days hidden */
  dash.stress.kind = function (kind) { return [kind === "days", kind !== "days"]; };

  qpo.stressBuilder = { words: words, sentence: function (given, found) { law = given; return sentence(found); } };
})();
