/* How moved limits and pins stand in the address of the frontier; services/living_address.py reads the same text. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});

  function text(moves) { return Object.keys(moves).map(function (key) { return key + ":" + Number(moves[key].toPrecision(12)); }).join(";"); }
  function movesOf(given) {
    var found = {};
    String(given || "").split(";").forEach(function (part) {
      var at = part.lastIndexOf(":"), value = at > 0 ? Number(part.slice(at + 1)) : NaN;
      if (isFinite(value)) { found[part.slice(0, at)] = value; }
    });
    return found;
  }

  /* The address of the open page holds what is shown, so that a reload, Back and a copied link bring it again. */
  function keep(state) {
    var address = new URL(window.location.href);
    [["moves", text(state.moves)], ["at", state.follow === "best" ? "" : state.at.toPrecision(10)], ["hide", state.hidden.join(",")], ["pins", qpo.livingAddress.pins(state.pins)], ["axes", qpo.livingAxes.text()], ["ranges", qpo.livingAxes.rangesText()]].forEach(function (one) {
      if (one[1]) { address.searchParams.set(one[0], one[1]); } else { address.searchParams.delete(one[0]); }
    });
    Object.keys(state.base).forEach(function (key) { address.searchParams.set(key, state.base[key]); });
    ["portfolio", "run"].forEach(function (key) { if (!state.base[key]) { address.searchParams.delete(key); } });
    var next = address.pathname + address.search;
    if (next !== window.location.pathname + window.location.search) { window.history.replaceState(window.history.state, "", next); }
  }

  qpo.livingAddress = {
    keep: keep,
    text: text,
    pins: function (pins) { return pins.map(function (pin) { return text(pin.moves) + "@" + Number(pin.gain.toPrecision(10)); }).join("~"); },
    pinsOf: function (given) {
      return String(given || "").split("~").filter(Boolean).map(function (part) {
        var at = part.lastIndexOf("@");
        return { moves: movesOf(part.slice(0, at)), gain: Number(part.slice(at + 1)) };
      }).filter(function (one) { return isFinite(one.gain); });
    },
    copy: function () {
      var knob = document.getElementById("living-link"), said = document.getElementById("living-said");
      function done(words) {
        var label = knob.querySelector("span") || knob;
        said.textContent = words;
        label.textContent = words;
        window.setTimeout(function () { label.textContent = "Copy link"; }, 2000);
      }
      if (!navigator.clipboard) { done("Copy the address of the page"); return; }
      navigator.clipboard.writeText(window.location.href).then(function () { done("Copied"); }, function () { done("Copy the address of the page"); });
    }
  };
})();
