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

  qpo.livingAddress = {
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
