/* What lies where on a frontier: the formulas of services/frontier_document.py, without a page around them. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var KINK = 1e-6;
  var STEPS = 12;
  var NICE = [1, 2, 5, 10];

  /* A place is a corner and the share of the way to the next one, as one number: 3.25. */
  function split(model, place) {
    var at = Math.max(0, Math.min(model.last, place));
    var corner = Math.min(Math.floor(at), Math.max(model.last - 1, 0));
    return { corner: corner, share: at - corner };
  }

  function between(list, corner, share) {
    return share === 0 ? list[corner] : (1 - share) * list[corner] + share * list[corner + 1];
  }

  /* At a kink the slope of the frontier jumps, and with it what the limits cost. */
  function kinksOf(model) {
    var kinks = new Array(model.last + 1).fill(false);
    if (!model.crosses) { return kinks; }
    for (var i = 0; i + 2 <= model.last; i += 1) {
      var middle = model.risks[i + 1] * model.risks[i + 1];
      var before = (middle - model.crosses[i]) / (model.rewards[i + 1] - model.rewards[i]);
      var after = (model.crosses[i + 1] - middle) / (model.rewards[i + 2] - model.rewards[i + 1]);
      kinks[i + 1] = Math.abs(after - before) > KINK * Math.max(Math.abs(after), Math.abs(before), 1e-12);
    }
    return kinks;
  }

  function prepare(found) {
    var model = Object.assign({}, found, { last: found.rewards.length - 1 });
    model.sign = model.rewards[model.last] < model.rewards[0] ? -1 : 1;
    model.least = Math.min(model.rewards[0], model.rewards[model.last]);
    model.most = Math.max(model.rewards[0], model.rewards[model.last]);
    model.kinks = kinksOf(model);
    return model;
  }

  function at(model, place) {
    var where = split(model, place), i = where.corner, t = where.share;
    var risk = model.risks[i];
    if (t !== 0) {
      var start = model.risks[i], end = model.risks[i + 1];
      risk = model.crosses
        ? Math.sqrt(Math.max(0, (1 - t) * (1 - t) * start * start + 2 * t * (1 - t) * model.crosses[i] + t * t * end * end))
        : (1 - t) * start + t * end;
    }
    var weights = model.weights[i];
    if (t !== 0) {
      var next = model.weights[i + 1];
      weights = weights.map(function (weight, n) { return (1 - t) * weight + t * next[n]; });
    }
    var reward = between(model.rewards, i, t);
    var gain = model.returns ? between(model.returns, i, t) : model.reward === "return" ? reward : null;
    var sharpe = model.risk === "volatility" && model.rate !== null && gain !== null && risk > 1e-9 ? (gain - model.rate) / risk : null;
    return { place: i + t, reward: reward, risk: risk, gain: gain, weights: weights, sharpe: sharpe };
  }

  /* The place with a reward; beyond the ends the nearest end. */
  function placeOf(model, reward) {
    if (model.last === 0) { return 0; }
    var low = 0, high = model.last, sign = model.sign;
    if (sign * reward <= sign * model.rewards[0]) { return 0; }
    if (sign * reward >= sign * model.rewards[high]) { return high; }
    while (high - low > 1) {
      var middle = (low + high) >> 1;
      if (sign * model.rewards[middle] <= sign * reward) { low = middle; } else { high = middle; }
    }
    return low + (reward - model.rewards[low]) / (model.rewards[high] - model.rewards[low]);
  }

  /* The limits that bind at a place, with the change of the risk for one step of each. Along a stretch prices are straight;
     where it ends in a kink, those of the far side are known only, and no number is told (`change` is null). */
  function prices(model, place) {
    var where = split(model, place), i = where.corner, t = where.share;
    var risk = at(model, place).risk;
    if (risk <= 1e-9 || !model.crosses) { return []; }
    var isStraight = t === 0 || !model.kinks[i + 1];
    return (model.prices || []).map(function (one) {
      var change = between(one.at, i, isStraight ? t : 0) * one.step / (2 * risk);
      return { name: one.name, unit: one.unit, size: Math.abs(change), change: isStraight ? change : null };
    }).filter(function (one) { return one.size > 1e-9; })
      .sort(function (one, other) { return other.size - one.size; });
  }

  /* Points along the whole frontier: [{place, risk, reward}]. */
  function along(model) {
    var points = [];
    for (var i = 0; i < model.last; i += 1) {
      for (var n = 0; n < STEPS; n += 1) { points.push(i + n / STEPS); }
    }
    points.push(model.last);
    return points.map(function (place) { return at(model, place); });
  }

  /* The place that lies nearest to a position on the screen; line: [{place, x, y}] in pixels. */
  function nearest(line, x, y) {
    var best = line[0].place, least = Infinity;
    for (var n = 0; n < line.length; n += 1) {
      var one = line[n], other = line[Math.min(n + 1, line.length - 1)];
      var dx = other.x - one.x, dy = other.y - one.y, length = dx * dx + dy * dy;
      var share = length > 0 ? Math.max(0, Math.min(1, ((x - one.x) * dx + (y - one.y) * dy) / length)) : 0;
      var away = Math.hypot(one.x + share * dx - x, one.y + share * dy - y);
      if (away < least) { least = away; best = one.place + share * (other.place - one.place); }
    }
    return best;
  }

  /* A round step of the reward, so that about a hundred lead from end to end. */
  function stepOf(model) {
    var raw = (model.most - model.least) / 100;
    if (!(raw > 0)) { return 0; }
    var power = Math.pow(10, Math.floor(Math.log10(raw)));
    return NICE.filter(function (one) { return one * power >= raw * 0.999; })[0] * power;
  }

  /* The name space of drawings, as the browser itself knows it. */
  function svgSpace() { return new DOMParser().parseFromString("<svg></svg>", "text/html").querySelector("svg").namespaceURI; }

  qpo.frontierMath = { svgSpace: typeof DOMParser === "undefined" ? null : svgSpace(), prepare: prepare, at: at, placeOf: placeOf, prices: prices, along: along, nearest: nearest, stepOf: stepOf };
})();
