/* The efficient frontier of a problem whose limits move, walked in the browser: start, move, walk, and check every corner.

   Everything is in the units of the server's own walk: P is the covariance in units of `scale`, rewards are excess
   returns in units of `gain`. Limits are {lower, upper, rowLower, rowUpper}. What is returned is a preview: the server
   solves again when a drag ends. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var RIDGES = [0, 1e-10, 1e-8];  // for figures that are nearly singular
  var KEPT = 1e-9;                // by how much a corner may miss a limit
  var BEST = 1e-9;                // and its optimality conditions, in units of the mean variance
  var SAME = 1e-12;
  var SHORT = 1e-10;              // of a move that nothing is left beyond: how far before its end it stops

  function floats(list) { return Float64Array.from(list, function (value) { return value; }); }
  function sides(list, none) { return Float64Array.from(list, function (value) { return value === null ? none : value; }); }
  function copyOf(state) {
    return { sides: state.sides.slice(), rowSides: state.rowSides.slice(), limits: state.limits };
  }
  function copyLimits(limits) {
    return { lower: limits.lower.slice(), upper: limits.upper.slice(), rowLower: limits.rowLower.slice(), rowUpper: limits.rowUpper.slice() };
  }
  function between(from, to, share) {
    var made = {};
    Object.keys(from).forEach(function (name) {
      made[name] = from[name].map(function (value, k) { return value === to[name][k] ? value : (1 - share) * value + share * to[name][k]; });
    });
    return made;
  }

  function Frontier(document) {
    var n = document.assets.length, m = document.rows.length;
    this.n = n;
    this.m = m;
    this.P = floats(document.covariance);
    this.A = new Float64Array(m * n);
    for (var r = 0; r < m; r += 1) { this.A.set(document.rows[r].coefficients, r * n); }
    this.gains = floats(document.gains);
    this.limits = {
      lower: floats(document.lower), upper: floats(document.upper),
      rowLower: sides(document.rows.map(function (one) { return one.lower; }), -Infinity),
      rowUpper: sides(document.rows.map(function (one) { return one.upper; }), Infinity)
    };
    this.zero = new Float64Array(n);
    this.falling = this.gains.map(function (value) { return -value; });
    this.state = null;
    this.ridge(0);
  }

  Frontier.prototype.ridge = function (size) {
    var P = this.P;
    if (size) {
      P = P.slice();
      for (var i = 0; i < this.n; i += 1) { P[i * this.n + i] += size; }
    }
    this.walk = new qpo.walk.Walk({ n: this.n, m: this.m, P: P, A: this.A });
  };

  /* From nothing: one asset holds what the least weights leave, made optimal by a linear term that fades while wide limits
     close in on the real ones. Row 0 is the budget. */
  Frontier.prototype.cold = function (limits) {
    var n = this.n, m = this.m, A = this.A, P = this.walk.P, i, j, r, k = 0;
    for (i = 0; i < n; i += 1) {
      if (limits.lower[i] > limits.upper[i]) { return "infeasible"; }
      if (P[i * n + i] < P[k * n + k]) { k = i; }
    }
    for (r = 0; r < m; r += 1) { if (limits.rowLower[r] > limits.rowUpper[r]) { return "infeasible"; } }
    var w = limits.lower.slice(), from = copyLimits(limits), state = { sides: new Int8Array(n).fill(-1), rowSides: new Int8Array(m) };
    w[k] = 0;
    w[k] = limits.rowLower[0] - w.reduce(function (all, value) { return all + value; }, 0);
    from.lower[k] = Math.min(from.lower[k], w[k] - 1);
    from.upper[k] = Math.max(from.upper[k], w[k] + 1);
    state.sides[k] = 0;
    state.rowSides[0] = 2;
    for (r = 1; r < m; r += 1) {
      var held = 0;
      for (j = 0; j < n; j += 1) { held += A[r * n + j] * w[j]; }
      from.rowLower[r] = Math.min(from.rowLower[r], held - 1 - 0.01 * r);
      from.rowUpper[r] = Math.max(from.rowUpper[r], held + 1 + 0.01 * r);
    }
    var slopes = new Float64Array(n), fading = new Float64Array(n);
    for (i = 0; i < n; i += 1) { for (j = 0; j < n; j += 1) { slopes[i] += P[i * n + j] * w[j]; } }
    for (i = 0; i < n; i += 1) { if (i !== k) { fading[i] = Math.max(0, slopes[k] - slopes[i]) + 0.1 + 0.001 * i; } }
    var course = { c: fading, cs: fading.map(function (value) { return -value; }), from: from, to: limits };
    var told = this.walk.trace(state, course, 1, null);
    if (told.outcome === "full") { return told.at < 1 - 1e-9 ? "infeasible" : "lost"; }
    if (told.outcome === "lost" || !this.settled(state, limits)) { return "lost"; }
    state.limits = limits;
    this.state = state;
    return "done";
  };

  /* Rows whose sides have met are equalities from now on; one that is not active yet joins unless it is held already. */
  Frontier.prototype.settled = function (state, limits) {
    for (var r = 0; r < this.m; r += 1) {
      if (limits.rowUpper[r] - limits.rowLower[r] > 0) { if (state.rowSides[r] === 2) { state.rowSides[r] = 1; } continue; }
      if (state.rowSides[r] !== 0) { state.rowSides[r] = 2; }
    }
    return true;
  };

  Frontier.prototype.start = function (limits) {
    var told = "lost";
    for (var k = 0; k < RIDGES.length; k += 1) {
      this.ridge(RIDGES[k]);
      told = this.cold(limits);
      if (told === "infeasible") { return { outcome: told, path: null }; }
      var path = told === "done" ? this.path() : null;
      if (path) { return { outcome: "done", share: 1, path: path }; }
    }
    this.state = null;
    return { outcome: "lost", path: null };
  };

  /* Follow the limits to where they are wanted. Where nothing is left on the way, the limits stop just before, and
     `share` says how far they got; `path` is null where no checked frontier was found. */
  Frontier.prototype.move = function (limits) {
    if (!this.state) { return this.start(limits); }
    var before = this.state, told = this.follow(before, limits, 1);
    if (told.outcome === "full") {
      var share = Math.max(0, told.at - SHORT * Math.max(1, told.at));
      var kept = share > SHORT ? this.follow(before, between(before.limits, limits, share), 1) : { outcome: "done", state: before };
      if (kept.outcome === "done") {
        this.state = kept.state;
        var short = this.path();
        if (short) { return { outcome: "infeasible", share: told.at, path: short }; }
      }
      this.state = null;
      return { outcome: "infeasible", share: told.at, path: null };
    }
    if (told.outcome === "done") {
      this.state = told.state;
      var path = this.path();
      if (path) { return { outcome: "done", share: 1, path: path }; }
    }
    return this.start(limits);
  };

  Frontier.prototype.follow = function (before, limits, until) {
    var state = copyOf(before);
    var told = this.walk.trace(state, { c: this.zero, cs: this.zero, from: before.limits, to: limits }, until, null);
    state.limits = limits;
    if (told.outcome === "done") { this.settled(state, limits); }
    return { outcome: told.outcome, at: told.at, state: state };
  };

  /* The corners from the least risk to the highest reward, each checked; null where one does not pass. */
  Frontier.prototype.path = function () {
    var walk = this.walk, self = this, state = copyOf(this.state), corners = [], last = null;
    var course = { c: this.zero, cs: this.falling, from: this.state.limits, to: null };
    var told = walk.trace(state, course, Infinity, function (s) {
      var w = new Float64Array(self.n), y = new Float64Array(self.m), same = true, i;
      for (i = 0; i < self.n; i += 1) {
        w[i] = Math.min(Math.max(walk.w[i] + s * walk.ws[i], course.from.lower[i]), course.from.upper[i]);
        if (last && Math.abs(w[i] - last.w[i]) > SAME) { same = false; }
      }
      for (i = 0; i < self.m; i += 1) { y[i] = walk.y[i] + s * walk.ys[i]; }
      if (last && same) { last.tilt = s; last.y = y; return; }
      last = { firstTilt: s, firstY: y, tilt: s, w: w, y: y };  // at a kink one portfolio is the best over a stretch of tilts
      corners.push(last);
    });
    if (told.outcome !== "done") { return null; }
    for (var k = 0; k < corners.length; k += 1) { if (!this.passes(corners[k])) { return null; } }
    return this.figures(corners);
  };

  /* Whether a corner keeps every limit and meets the optimality conditions; leaves its image P w and slopes there. */
  Frontier.prototype.passes = function (corner) {
    var n = this.n, P = this.P, A = this.A, limits = this.state.limits, w = corner.w, i, j, r, sum;
    var image = new Float64Array(n), slopes = new Float64Array(n), room = BEST * Math.max(1, corner.tilt) + 2 * this.slack();
    for (r = 0; r < this.m; r += 1) {
      sum = 0;
      for (j = 0; j < n; j += 1) { sum += A[r * n + j] * w[j]; }
      if (!(sum >= limits.rowLower[r] - KEPT && sum <= limits.rowUpper[r] + KEPT)) { return false; }
      if (corner.y[r] > room && !(sum >= limits.rowUpper[r] - KEPT)) { return false; }
      if (corner.y[r] < -room && !(sum <= limits.rowLower[r] + KEPT)) { return false; }
    }
    for (j = 0; j < n; j += 1) {
      if (!(w[j] >= limits.lower[j] - KEPT && w[j] <= limits.upper[j] + KEPT)) { return false; }
      if (w[j] === 0) { continue; }
      for (i = 0; i < n; i += 1) { image[i] += P[j * n + i] * w[j]; }
    }
    for (i = 0; i < n; i += 1) {
      sum = image[i] - corner.tilt * this.gains[i];
      for (r = 0; r < this.m; r += 1) { if (corner.y[r] !== 0) { sum += A[r * n + i] * corner.y[r]; } }
      slopes[i] = sum;
      if (sum > room && w[i] > limits.lower[i] + KEPT) { return false; }
      if (sum < -room && w[i] < limits.upper[i] - KEPT) { return false; }
    }
    corner.image = image;
    corner.slopes = slopes;
    return true;
  };

  Frontier.prototype.slack = function () { return this.walk.P === this.P ? 0 : 1e-8; };

  /* Reward, variance and what lies between, in the units of the problem. */
  Frontier.prototype.figures = function (corners) {
    var self = this;
    function dot(one, other) { var sum = 0; for (var i = 0; i < self.n; i += 1) { sum += one[i] * other[i]; } return sum; }
    var kept = [];
    corners.forEach(function (corner) {
      corner.gain = dot(corner.w, self.gains);
      corner.variance = Math.max(0, dot(corner.w, corner.image));
      var last = kept[kept.length - 1];
      if (last && !(corner.gain > last.gain + 1e-13)) { kept.pop(); }
      kept.push(corner);
    });
    for (var k = 0; k + 1 < kept.length; k += 1) { kept[k].cross = dot(kept[k].w, kept[k + 1].image); }
    return kept;
  };

  qpo.walkProblem = { Frontier: Frontier, copyLimits: copyLimits };
})();
