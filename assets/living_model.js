/* What the page of the frontier knows: limits from handles, a frontier as numbers, what lies at a place of it, prices. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var AT = 1e-8;

  function make(data) {
    var model = { data: data, assets: data.assets, n: data.assets.length, rate: data.risk_free_annual_frac, walk: data.walk, engine: null };
    model.handles = data.handles;
    model.byKey = {};
    data.handles.forEach(function (one) { model.byKey[one.key] = one; });
    model.bounding = data.handles.filter(function (one) { return isRule(one) && one.bounds.length; });
    model.movesNow = {};
    model.esg = data.esg_scores;
    model.current = data.current && data.current.weights_frac;
    if (data.walk) { model.engine = new qpo.walkProblem.Frontier(Object.assign({ assets: data.assets }, data.walk)); }
    return model;
  }

  function isRule(handle) { return handle.owner === "rule"; }
  function isLeast(handle) { return handle.kind === "row_min" || handle.kind === "rule_min"; }
  /* Whether a rule stands where it allows more than it does: a what-if that breaks it. */
  function isLooser(handle, value) { return isRule(handle) && (isLeast(handle) ? value < handle.value - AT : value > handle.value + AT); }
  function boundOf(handle, one, value) { return one.value + one.slope * (value - handle.value); }

  function valueOf(model, moves, key) { return Object.prototype.hasOwnProperty.call(moves, key) ? moves[key] : model.byKey[key].value; }

  /* The limits of the walk where the handles stand. */
  function limitsOf(model, moves) {
    var walk = model.walk, limits = qpo.walkProblem.copyLimits(model.engine.limits), isBounding = false;
    Object.keys(moves).forEach(function (key) {
      var handle = model.byKey[key], value = moves[key];
      if (!handle) { return; }
      if (handle.kind === "position_max") { isBounding = true; return; }
      if (isRule(handle)) {
        isBounding = isBounding || handle.bounds.length > 0;
        handle.rows.forEach(function (one) { limits.rowUpper[one.row] = walk.rows[one.row].upper + one.slope * (value - handle.value); });
        return;
      }
      var row = walk.rows[handle.row], side = row.average === null ? value : (value - row.average) * walk.net_frac;
      limits[handle.kind === "row_max" ? "rowUpper" : "rowLower"][handle.row] = side;
    });
    if (isBounding) { bound(model, moves, limits.upper); }
    return limits;
  }

  /* The largest weight of each asset: by its own bound, the largest position, and rules, whichever is the least; `without`
     names one of them that is left out. */
  function bound(model, moves, upper, without) {
    var walk = model.walk, cap = model.byKey.max && without !== "max" ? valueOf(model, moves, "max") : Infinity;
    for (var i = 0; i < model.n; i += 1) { upper[i] = walk.is_capped[i] ? Math.min(walk.open_upper[i], cap) : walk.open_upper[i]; }
    model.bounding.forEach(function (handle) {
      if (handle.key === without) { return; }
      var value = valueOf(model, moves, handle.key);
      handle.bounds.forEach(function (one) { upper[one.asset] = Math.min(upper[one.asset], boundOf(handle, one, value)); });
    });
  }

  /* Where a limit on its way from a value to another begins or ceases to be the one that bounds an asset, with the value
     that it goes to: between two of these places all limits of the walk move straight. */
  function stations(model, moves, key, from, to) {
    var handle = model.byKey[key], upper = new Float64Array(model.n), found = [];
    function meet(value) { if (isFinite(value) && (value - from) * (to - value) > 0) { found.push(value); } }
    if (handle.kind === "position_max" || isRule(handle)) {
      bound(model, moves, upper, key);
      if (handle.kind === "position_max") { for (var i = 0; i < model.n; i += 1) { if (model.walk.is_capped[i]) { meet(upper[i]); } } }
      else { handle.bounds.forEach(function (one) { meet(handle.value + (upper[one.asset] - one.value) / one.slope); }); }
    }
    return found.sort(function (one, other) { return to > from ? one - other : other - one; }).concat(to);
  }

  /* The last value on the way at which a limit leaves a portfolio, `inside` short of it in shares of the stretch it ends
     on; the value that it goes to where one is left there. `state` is that of the walk where the limits stand now. */
  function endOf(model, moves, key, to, state, inside) {
    var here = valueOf(model, moves, key), trial = Object.assign({}, moves);
    function go(value) { trial[key] = value; return model.engine.follow(state, limitsOf(model, trial), 1); }
    if (to === here || go(to).outcome !== "full") { return to; }
    var steps = stations(model, moves, key, here, to);
    for (var n = 0; n < steps.length; n += 1) {
      var told = go(steps[n]);
      if (told.outcome === "full") { return here + Math.max(0, told.at - inside) * (steps[n] - here); }
      if (told.outcome !== "done") { return here; }
      here = steps[n];
      state = told.state;
    }
    return to;
  }

  /* A frontier as the page reads it, from the walk's corners. */
  function seenOfPath(model, path) {
    var scale = model.walk.variance_scale, gain = model.walk.gain_scale;
    return {
      weights: path.map(function (one) { return one.w; }),
      returns: path.map(function (one) { return one.gain * gain + model.rate; }),
      squares: path.map(function (one) { return one.variance * scale; }),
      crosses: path.slice(0, -1).map(function (one) { return one.cross * scale; }),
      path: path, prices: null, isExact: true
    };
  }

  /* The same from the server's answer. */
  function seenOfAnswer(answer) {
    if (!answer.corners.length) { return null; }
    return {
      weights: answer.corners, returns: answer.returns_annual_frac,
      squares: answer.volatilities_annual_frac.map(function (one) { return one * one; }),
      crosses: answer.is_exact ? answer.crosses : null, path: null, prices: answer.prices, isExact: answer.is_exact
    };
  }

  function squareAt(seen, k, t) {
    if (t === 0) { return seen.squares[k]; }
    var start = seen.squares[k], end = seen.squares[k + 1];
    if (!seen.crosses) { var mean = (1 - t) * Math.sqrt(start) + t * Math.sqrt(end); return mean * mean; }
    return Math.max(0, (1 - t) * (1 - t) * start + 2 * t * (1 - t) * seen.crosses[k] + t * t * end);
  }

  function split(seen, place) {
    var last = seen.returns.length - 1, at = Math.max(0, Math.min(last, place)), k = Math.min(Math.floor(at), Math.max(last - 1, 0));
    return { k: k, t: at - k };
  }

  /* The portfolio at a place: a corner and the share of the way to the next, as one number. */
  function at(model, seen, place) {
    var where = split(seen, place), k = where.k, t = where.t, weights = new Float64Array(model.n), i;
    for (i = 0; i < model.n; i += 1) { weights[i] = t === 0 ? seen.weights[k][i] : (1 - t) * seen.weights[k][i] + t * seen.weights[k + 1][i]; }
    var gain = t === 0 ? seen.returns[k] : (1 - t) * seen.returns[k] + t * seen.returns[k + 1], risk = Math.sqrt(squareAt(seen, k, t));
    return { place: k + t, gain: gain, risk: risk, weights: weights, sharpe: risk > 1e-9 ? (gain - model.rate) / risk : null };
  }

  function placeOf(seen, gain) {
    var list = seen.returns, high = list.length - 1, low = 0;
    if (high === 0 || gain <= list[0]) { return 0; }
    if (gain >= list[high]) { return high; }
    while (high - low > 1) {
      var middle = (low + high) >> 1;
      if (list[middle] <= gain) { low = middle; } else { high = middle; }
    }
    return low + (gain - list[low]) / (list[high] - list[low]);
  }

  /* Where the Sharpe ratio is the highest, in closed form on each stretch. */
  function bestOf(model, seen) {
    var best = 0, height = -Infinity;
    for (var k = 0; k < seen.returns.length; k += 1) {
      var spots = [0];
      if (k + 1 < seen.returns.length && seen.crosses) {
        var e = seen.returns[k] - model.rate, de = seen.returns[k + 1] - seen.returns[k], q = seen.squares[k];
        var b = seen.crosses[k] - q, c = seen.squares[k + 1] - 2 * seen.crosses[k] + q, under = de * b - e * c;
        if (under !== 0) { spots.push(Math.max(0, Math.min(1, (e * b - de * q) / under))); }
      }
      for (var s = 0; s < spots.length; s += 1) {
        var t = spots[s], gain = t === 0 ? seen.returns[k] : (1 - t) * seen.returns[k] + t * seen.returns[k + 1], risk = Math.sqrt(squareAt(seen, k, t));
        var ratio = risk > 1e-9 ? (gain - model.rate) / risk : -Infinity;
        if (ratio > height) { height = ratio; best = k + t; }
      }
    }
    return height > 0 ? best : null;
  }

  /* Risk and return along the frontier, `steps` points a stretch: [{place, x, y}]. */
  function line(seen, steps) {
    var found = [];
    for (var k = 0; k + 1 < seen.returns.length; k += 1) {
      for (var s = 0; s < steps; s += 1) {
        var t = s / steps;
        found.push({ place: k + t, x: Math.sqrt(squareAt(seen, k, t)), y: (1 - t) * seen.returns[k] + t * seen.returns[k + 1] });
      }
    }
    var last = seen.returns.length - 1;
    found.push({ place: last, x: Math.sqrt(seen.squares[last]), y: seen.returns[last] });
    return found;
  }

  function score(model, weights) {
    if (!model.esg) { return null; }
    var sum = 0, all = 0;
    for (var i = 0; i < model.n; i += 1) { sum += weights[i] * model.esg[i]; all += weights[i]; }
    return all ? sum / all : null;
  }

  function turnover(model, weights) {
    if (!model.current) { return null; }
    var sum = 0;
    for (var i = 0; i < model.n; i += 1) { sum += Math.abs(weights[i] - model.current[i]); }
    return sum / 2;
  }

  /* What the trades from the current portfolio cost, over the capital: half the spread of what is traded. */
  function cost(model, weights) {
    var rates = model.data.half_spreads_frac, sum = 0;
    if (!model.current || !rates) { return null; }
    for (var i = 0; i < model.n; i += 1) { sum += rates[i] * Math.abs(weights[i] - model.current[i]); }
    return sum;
  }

  /* How much of each limit the portfolio uses, in the handle's own unit. */
  function used(model, handle, weights) {
    if (handle.kind === "position_max") { return Math.max.apply(null, Array.from(weights)); }
    if (isRule(handle)) { return usedOfRule(model, handle, weights); }
    if (handle.unit === "score") { return score(model, weights); }
    if (!model.walk) { return null; }
    var row = model.walk.rows[handle.row].coefficients, sum = 0;
    for (var i = 0; i < model.n; i += 1) { if (row[i] !== 0) { sum += row[i] * weights[i]; } }
    return sum;
  }

  /* Of a rule: the limit at which the portfolio would just keep it. */
  function usedOfRule(model, handle, weights) {
    if (!model.walk && handle.rows.length) { return null; }
    var figures = handle.bounds.map(function (one) { return handle.value + (weights[one.asset] - one.value) / one.slope; });
    handle.rows.forEach(function (one) {
      var row = model.walk.rows[one.row], sum = 0;
      for (var i = 0; i < model.n; i += 1) { if (row.coefficients[i] !== 0) { sum += row.coefficients[i] * weights[i]; } }
      figures.push(handle.value + (sum - row.upper) / one.slope);
    });
    return (isLeast(handle) ? Math.min : Math.max).apply(null, figures);
  }

  /* What a step of a limit changes: of the volatility at the same return, per hundredth of the capital or point of the score. */
  function prices(model, seen, point) {
    var found = {}, where = split(seen, point.place), k = where.k, t = where.t;
    if (!(point.risk > 1e-9)) { return found; }
    if (!seen.path) {
      (seen.prices || []).forEach(function (one) {
        var here = one.variances_annual[k], next = one.variances_annual[Math.min(k + 1, one.variances_annual.length - 1)];
        found[one.name] = ((1 - t) * here + t * next) / (2 * point.risk);
      });
      model.handles.filter(isRule).forEach(function (handle) {
        Object.keys(found).forEach(function (name) {
          if (name !== handle.label && name.indexOf(handle.label + ": ") !== 0) { return; }
          found[handle.key] = (found[handle.key] || 0) + found[name] * (handle.rows.length ? handle.rows[0].slope : 1);
        });
      });
      return found;
    }
    var path = seen.path, next = path[Math.min(k + 1, path.length - 1)], scale = 2 * model.walk.variance_scale;
    model.handles.forEach(function (handle) {
      if (handle.kind === "position_max") { found[handle.key] = -scale * capPull(model, path[k], next, t, point.weights) / (2 * point.risk); return; }
      if (isRule(handle)) {
        var pull = rulePull(model, handle, path[k], next, t, point.weights, path.length > k + 1);
        if (pull > 1e-9) { found[handle.key] = -scale * pull * Math.sign(pullSlope(handle)) / (2 * point.risk); }
        return;
      }
      var here = path[k].y[handle.row], there = path.length > k + 1 ? next.firstY[handle.row] : here, dual = (1 - t) * here + t * there;
      var own = handle.kind === "row_max" ? Math.max(0, dual) : Math.min(0, dual);
      if (Math.abs(own) > 1e-9) { found[handle.key] = -scale * own * (handle.unit === "score" ? model.walk.net_frac : 1) / (2 * point.risk); }
    });
    return found;
  }

  /* How hard a weight presses on its upper bound. */
  function press(model, here, next, t, i) {
    var tilt = (1 - t) * here.tilt + t * (next === here ? here.tilt : next.firstTilt), engine = model.engine, n = model.n;
    var slope = (1 - t) * here.image[i] + t * next.image[i] - tilt * engine.gains[i];
    for (var r = 0; r < engine.m; r += 1) {
      var dual = (1 - t) * here.y[r] + t * (next === here ? here.y[r] : next.firstY[r]);
      if (dual !== 0) { slope += engine.A[r * n + i] * dual; }
    }
    return Math.max(0, -slope);
  }

  function capPull(model, here, next, t, weights) {
    var sum = 0, cap = model.capNow;
    for (var i = 0; i < model.n; i += 1) {
      if (model.walk.is_capped[i] && Math.abs(weights[i] - cap) <= AT) { sum += press(model, here, next, t, i); }
    }
    return sum;
  }

  /* What holds a rule back: its rows by their multipliers, and the weights at a bound that it alone sets. */
  function rulePull(model, handle, here, next, t, weights, hasNext) {
    var sum = 0, value = valueOf(model, model.movesNow, handle.key);
    handle.rows.forEach(function (one) {
      var dual = (1 - t) * here.y[one.row] + t * (hasNext ? next.firstY[one.row] : here.y[one.row]);
      sum += Math.max(0, dual) * Math.abs(one.slope);
    });
    handle.bounds.forEach(function (one) {
      var most = boundOf(handle, one, value), i = one.asset, other = model.walk.is_capped[i] ? Math.min(model.walk.open_upper[i], model.capNow) : model.walk.open_upper[i];
      if (most < other - AT && Math.abs(weights[i] - most) <= AT) { sum += press(model, here, next, t, i) * Math.abs(one.slope); }
    });
    return sum;
  }
  function pullSlope(handle) { return (handle.rows[0] || handle.bounds[0]).slope; }

  qpo.livingModel = {
    make: make, valueOf: valueOf, limitsOf: limitsOf, endOf: endOf, seenOfPath: seenOfPath, seenOfAnswer: seenOfAnswer, at: at, placeOf: placeOf,
    bestOf: bestOf, line: line, score: score, turnover: turnover, cost: cost, used: used, prices: prices, isRule: isRule, isLeast: isLeast, isLooser: isLooser
  };
})();
