/* What the step of a limit costs. While the hand moves, from the multipliers of the picture, and said to be about that;
   at rest each step is taken: the frontier with the limit moved is walked, and compared at the same expected return. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var FREE = 1e-7, LEAST_BP = 0.05, MOST_BP = 50;
  var kept = null;

  function stepOf(handle) { return handle.unit === "share" ? 0.01 : 1; }

  /* How much the volatility changes, as a fraction a year; null where the step leaves no portfolio of that return, and
     undefined where the walk did not get there. */
  function changeOf(model, moves, handle, point) {
    var to = qpo.livingModel.valueOf(model, moves, handle.key) + stepOf(handle), trial = Object.assign({}, moves), engine = model.engine, was = engine.state;
    if (to > handle.high + 1e-9) { return null; }
    trial[handle.key] = to;
    var told = engine.follow(was, qpo.livingModel.limitsOf(model, trial), 1);
    if (told.outcome === "full") { return null; }
    if (told.outcome !== "done") { return undefined; }
    engine.state = told.state;
    var path = engine.path();
    engine.state = was;
    if (!path) { return undefined; }
    var seen = qpo.livingModel.seenOfPath(model, path);
    if (point.gain > seen.returns[seen.returns.length - 1] + 1e-9) { return null; }
    return qpo.livingModel.at(model, seen, qpo.livingModel.placeOf(seen, point.gain)).risk - point.risk;
  }

  function said(handle, change, about) {
    var size = Math.abs(change) * 1e4;
    if (size < LEAST_BP || (about && size > MOST_BP)) { return "binds"; } // a slope says little of a whole step there
    return (handle.unit === "share" ? "1 pp" : "1 point") + " more: " + about + qpo.livingPanel.number(size, 1) + " bp " + (change < 0 ? "less" : "more") + " volatility";
  }

  /* By the key of each limit that binds. */
  function changes(model, moves, seen, point, slopes) {
    var found = {};
    if (!model.engine || !model.engine.state || !seen.path) { return found; }
    model.handles.forEach(function (handle) {
      if (Math.abs(slopes[handle.key] || 0) >= FREE) { found[handle.key] = changeOf(model, moves, handle, point); }
    });
    return found;
  }

  qpo.livingPrices = {
    changes: changes,

    /* Take the step of every limit that binds, for the point that is shown; return the slopes. */
    settle: function (model, moves, seen, point) {
      var slopes = qpo.livingModel.prices(model, seen, point);
      kept = { gain: point.gain, risk: point.risk, changes: changes(model, moves, seen, point, slopes) };
      return slopes;
    },

    /* "1 pp more: 2.4 bp less volatility"; empty where a limit costs nothing. */
    words: function (handle, slope, point) {
      if (slope === undefined || Math.abs(slope) < FREE) { return ""; }
      var change = kept && kept.gain === point.gain && kept.risk === point.risk ? kept.changes[handle.key] : undefined;
      if (change === null) { return "binds"; }
      return change === undefined ? said(handle, slope * stepOf(handle), "about ") : said(handle, change, "");
    }
  };
})();
