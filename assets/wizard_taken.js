/* Which limits of sectors stay when another portfolio is picked in the wizard? */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});

  /* Cell by cell: what somebody typed, or a template set, stays; what the portfolio before brought gives way to what
     the next one brings. `now`, `before` and `next` hold {min, max} as typed, by sector. */
  function sectors(now, before, next) {
    var made = {};
    Object.keys(next).forEach(function (name) { made[name] = Object.assign({}, next[name]); });
    Object.keys(now).forEach(function (name) {
      ["min", "max"].forEach(function (side) {
        var typed = now[name][side] || "", was = (before[name] || {})[side] || "";
        if (typed && typed !== was) { made[name] = Object.assign({ min: "", max: "" }, made[name]); made[name][side] = typed; }
      });
    });
    return made;
  }

  qpo.wizardTaken = { sectors: sectors };
})();
