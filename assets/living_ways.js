/* Where a point of the frontier leads: into the wizard and to trades. A what-if that breaks a rule leads nowhere. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});

  /* The titles of rules that are moved to allow more than they do: no run is asked for what is shown then. */
  function loosened(state) {
    return Object.keys(state.moves).filter(function (key) { return qpo.livingModel.isLooser(state.model.byKey[key], state.moves[key]); }).map(function (key) { return state.model.byKey[key].label; });
  }

  function open(link, href) {
    link.href = href;
    link.removeAttribute("aria-disabled");
    link.removeAttribute("title");
  }
  function bar(link, titles) {
    link.removeAttribute("href");
    link.setAttribute("aria-disabled", "true");
    link.title = "A what-if that breaks a rule goes into no run. Put back: " + titles.join(", ") + ".";
  }

  function lead(state) {
    var wizard = document.getElementById("living-wizard"), trades = document.getElementById("living-rebalance"), titles = loosened(state);
    var key = Object.keys(state.base)[0], of = key + "=" + encodeURIComponent(state.base[key]), moves = encodeURIComponent(qpo.livingAddress.text(state.moves));
    if (!wizard || !trades) { return; }
    trades.hidden = !state.model.data.portfolio;
    if (titles.length) { bar(wizard, titles); bar(trades, titles); return; }
    open(wizard, "/optimize?" + of + "&frontier=" + moves + "&at=" + Math.floor(state.at * 1e6 + 1e-4) / 1e6 + "&step=4");
    open(trades, "/rebalance?portfolio=" + encodeURIComponent(state.model.data.portfolio || "") + (key === "run" ? "&" + of : "") + "&frontier=" + moves + "&at=" + Number(state.at.toPrecision(12)));
  }

  function spot(state) { return qpo.livingAddress.text(state.moves) + " " + state.at.toPrecision(10); }

  /* Reasons are those of the point that is shown: they are asked for again where it has come to rest elsewhere. */
  function reason(state) {
    if (state.why && state.why.of !== spot(state)) { qpo.living.why(state.why.asset); }
  }

  qpo.livingWays = { loosened: loosened, lead: lead, spot: spot, reason: reason };
})();
