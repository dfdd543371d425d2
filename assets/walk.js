/* Which weights are the best while a linear term or the limits move? A walk from one change of the active limits to the next.

   min ½ wᵀPw + c(s)ᵀw under l(s) ≤ w ≤ u(s) and rl(s) ≤ Aw ≤ ru(s), all of them straight in s. Between events the weights
   and multipliers are straight in s too (Best 1996). A side that is met joins, unless the active ones hold it already:
   then it takes the place of the first whose multiplier it would turn. Where none can give way, no portfolio is left
   beyond that s. `sides` and `rowSides` say where each stands: -1 below, 1 above, 0 inside; a row of 2 is an equality. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var FLAT = 1e-13;      // a slope below moves nothing
  var DEPENDENT = 1e-10; // how much of a normal must be its own, in units of the mean variance
  var LATE = 1e12;       // beyond, nothing happens any more
  var END = 1e-12;

  function Walk(problem) {
    var n = problem.n, m = problem.m;
    this.n = n;
    this.m = m;
    this.P = problem.P;
    this.A = problem.A;
    this.system = new qpo.walkLinear.System(n + m);
    this.free = new Int32Array(n);
    this.active = new Int32Array(m);
    ["w", "ws", "g", "gs", "reduced"].forEach(function (name) { this[name] = new Float64Array(n); }, this);
    ["y", "ys", "act", "acts"].forEach(function (name) { this[name] = new Float64Array(m); }, this);
    ["right", "first", "second", "normal", "image"].forEach(function (name) { this[name] = new Float64Array(n + m); }, this);
  }

  /* Solve for the line: value = start + slope s for weights, multipliers, gradients and what the rows amount to. */
  Walk.prototype.line = function (state, course) {
    var n = this.n, m = this.m, P = this.P, A = this.A, free = this.free, active = this.active, count = 0, rows = 0, a, b, i, j, r;
    for (i = 0; i < n; i += 1) {
      this.w[i] = this.ws[i] = 0;
      if (state.sides[i] === 0) { free[count] = i; count += 1; continue; }
      var which = state.sides[i] < 0 ? "lower" : "upper";
      this.w[i] = course.from[which][i];
      this.ws[i] = course.to ? course.to[which][i] - course.from[which][i] : 0;
    }
    for (r = 0; r < m; r += 1) { if (state.rowSides[r] !== 0) { active[rows] = r; rows += 1; } }
    var size = count + rows, K = this.system.matrix, right = this.right, slope = this.image;
    for (a = 0; a < count; a += 1) {
      i = free[a];
      for (b = 0; b < count; b += 1) { K[a * size + b] = P[i * n + free[b]]; }
      for (b = 0; b < rows; b += 1) {
        K[a * size + count + b] = A[active[b] * n + i];
        K[(count + b) * size + a] = A[active[b] * n + i];
      }
      right[a] = -course.c[i];
      slope[a] = -course.cs[i];
    }
    for (a = 0; a < rows; a += 1) {
      r = active[a];
      for (b = 0; b < rows; b += 1) { K[(count + a) * size + count + b] = 0; }
      var side = state.rowSides[r] === -1 ? "rowLower" : "rowUpper";
      right[count + a] = course.from[side][r];
      slope[count + a] = course.to ? course.to[side][r] - course.from[side][r] : 0;
    }
    for (j = 0; j < n; j += 1) {
      if (state.sides[j] === 0 || (this.w[j] === 0 && this.ws[j] === 0)) { continue; }
      for (a = 0; a < count; a += 1) {
        right[a] -= P[free[a] * n + j] * this.w[j];
        slope[a] -= P[free[a] * n + j] * this.ws[j];
      }
      for (a = 0; a < rows; a += 1) {
        right[count + a] -= A[active[a] * n + j] * this.w[j];
        slope[count + a] -= A[active[a] * n + j] * this.ws[j];
      }
    }
    this.count = count;
    this.rows = rows;
    if (size && !this.system.factor(size)) { return false; }
    if (size) {
      this.system.solve(right, this.first);
      this.system.solve(slope, this.second);
    }
    for (a = 0; a < count; a += 1) { this.w[free[a]] = this.first[a]; this.ws[free[a]] = this.second[a]; }
    this.y.fill(0);
    this.ys.fill(0);
    for (a = 0; a < rows; a += 1) { this.y[active[a]] = this.first[count + a]; this.ys[active[a]] = this.second[count + a]; }
    this.outside(state, course);
    return true;
  };

  /* The slopes at resting weights, and what the rows amount to. */
  Walk.prototype.outside = function (state, course) {
    var n = this.n, P = this.P, A = this.A, i, j, r, a, sum, move;
    for (i = 0; i < n; i += 1) {
      if (state.sides[i] === 0) { this.g[i] = this.gs[i] = 0; continue; }
      sum = course.c[i];
      move = course.cs[i];
      for (j = 0; j < n; j += 1) {
        if (this.w[j] !== 0 || this.ws[j] !== 0) { sum += P[i * n + j] * this.w[j]; move += P[i * n + j] * this.ws[j]; }
      }
      for (a = 0; a < this.rows; a += 1) {
        r = this.active[a];
        sum += A[r * n + i] * this.y[r];
        move += A[r * n + i] * this.ys[r];
      }
      this.g[i] = sum;
      this.gs[i] = move;
    }
    for (r = 0; r < this.m; r += 1) {
      sum = move = 0;
      if (state.rowSides[r] === 0) {
        for (j = 0; j < n; j += 1) {
          if (A[r * n + j] !== 0) { sum += A[r * n + j] * this.w[j]; move += A[r * n + j] * this.ws[j]; }
        }
      }
      this.act[r] = sum;
      this.acts[r] = move;
    }
  };

  /* When a gap that must not become negative is used up, at `now` the earliest. */
  function when(gap, slope, now) {
    if (!(slope * Math.max(1, now) < -FLAT)) { return Infinity; }
    return Math.max(now, -gap / slope);
  }

  /* The next event: {at, kind, place, side}. Kinds: rest, leave, join, drop, closed (two sides of one limit cross). */
  Walk.prototype.next = function (state, course, now, until) {
    var best = { at: Infinity, kind: "", place: -1, side: 0 }, from = course.from, to = course.to, i, r, at;
    function take(time, kind, place, side) {
      if (time < best.at) { best.at = time; best.kind = kind; best.place = place; best.side = side; }
    }
    function moved(name, k) { return to ? to[name][k] - from[name][k] : 0; }
    for (i = 0; i < this.n; i += 1) {
      var low = from.lower[i], high = from.upper[i], lows = moved("lower", i), highs = moved("upper", i);
      if (state.sides[i] === 0) {
        take(when(this.w[i] - low, this.ws[i] - lows, now), "rest", i, -1);
        take(when(high - this.w[i], highs - this.ws[i], now), "rest", i, 1);
      } else {
        if (high - low > 0 || highs - lows > 0) { take(when(-state.sides[i] * this.g[i], -state.sides[i] * this.gs[i], now), "leave", i, 0); }
        if (highs - lows < 0 && high - low + until * (highs - lows) < -END) { take(when(high - low, highs - lows, now), "closed", i, 0); }
      }
    }
    for (r = 0; r < this.m; r += 1) {
      var side = state.rowSides[r], gap = from.rowUpper[r] - from.rowLower[r], gaps = moved("rowUpper", r) - moved("rowLower", r);
      if (side === 0) {
        if (from.rowLower[r] > -Infinity) { take(when(this.act[r] - from.rowLower[r], this.acts[r] - moved("rowLower", r), now), "join", r, -1); }
        if (from.rowUpper[r] < Infinity) { take(when(from.rowUpper[r] - this.act[r], moved("rowUpper", r) - this.acts[r], now), "join", r, 1); }
      } else if (side !== 2) {
        take(when(side * this.y[r], side * this.ys[r], now), "drop", r, side);
        if (gaps < 0 && gap + until * gaps < -END) { at = when(gap, gaps, now); take(at, "closed", r, side); }
      }
    }
    return best;
  };

  /* Let a side join: a weight (place < n, as a bound) or a row. Returns "in", or "full" where nothing can give way. */
  Walk.prototype.join = function (state, course, isWeight, place, side, now) {
    var n = this.n, A = this.A, count = this.count, rows = this.rows, size = count + rows, right = this.normal, a, j, r;
    for (a = 0; a < size; a += 1) { right[a] = 0; }
    for (a = 0; a < count; a += 1) { right[a] = isWeight ? (this.free[a] === place ? 1 : 0) : A[place * n + this.free[a]]; }
    var found = this.image, own = 0, least = Infinity, leaver = -1, isRow = false, scale = 0;
    if (size) { this.system.solve(right, found); }
    for (a = 0; a < count; a += 1) { own += right[a] * found[a]; scale += right[a] * right[a]; }
    if (count && own > DEPENDENT * scale) {
      if (isWeight) { state.sides[place] = side; } else { state.rowSides[place] = side; }
      return "in";
    }
    for (a = 0; a < rows; a += 1) {  // the side's multiplier grows from zero: whose turns first?
      r = this.active[a];
      var own_side = state.rowSides[r], rate = -side * found[count + a] * own_side;
      if (own_side === 2 || !(rate < -1e-11)) { continue; }
      var room = Math.max(0, own_side * (this.y[r] + now * this.ys[r])) / -rate;
      if (room < least) { least = room; leaver = r; isRow = true; }
    }
    for (j = 0; j < n; j += 1) {
      if (state.sides[j] === 0 || isFixed(course, j)) { continue; }
      var pull = isWeight ? 0 : A[place * n + j];
      for (a = 0; a < rows; a += 1) { pull -= A[this.active[a] * n + j] * found[count + a]; }
      var change = -state.sides[j] * side * pull;
      if (!(change < -1e-11)) { continue; }
      var left = Math.max(0, -state.sides[j] * (this.g[j] + now * this.gs[j])) / -change;
      if (left < least) { least = left; leaver = j; isRow = false; }
    }
    if (leaver < 0) { return "full"; }
    if (isRow) { state.rowSides[leaver] = 0; } else { state.sides[leaver] = 0; }
    if (isWeight) { state.sides[place] = side; } else { state.rowSides[place] = side; }
    return "in";
  };

  function isFixed(course, j) {
    var from = course.from, to = course.to;
    return from.upper[j] - from.lower[j] <= 0 && (!to || to.upper[j] - to.lower[j] <= 0);
  }

  /* Walk from s = 0 to `until`; `visit(s)` is told of each corner. Returns {outcome, at}: done, full (nothing is left
     beyond `at`) or lost (no answer that could be trusted). */
  Walk.prototype.trace = function (state, course, until, visit) {
    var now = 0, standing = 0, most = 60 + 3 * (this.n + this.m);
    for (var steps = 0; steps < 40 * (this.n + this.m) + 400; steps += 1) {
      if (!this.line(state, course)) { return { outcome: "lost", at: now }; }
      if (visit) { visit(now); }
      var event = this.next(state, course, now, until);
      if (event.at > until * (1 + END) || event.at > LATE) {
        if (visit && until < Infinity) { visit(until); }
        return { outcome: "done", at: until };
      }
      standing = event.at <= now + END * Math.max(1, now) ? standing + 1 : 0;
      if (standing > most) { return { outcome: "lost", at: now }; }
      if (visit && event.at > now) { visit(event.at); }
      now = event.at;
      if (event.kind === "closed") { return { outcome: "full", at: now }; }
      if (event.kind === "leave") { state.sides[event.place] = 0; } else if (event.kind === "drop") { state.rowSides[event.place] = 0; } else {
        var ended = this.join(state, course, event.kind === "rest", event.place, event.side, now);
        if (ended === "full") { return { outcome: "full", at: now }; }
      }
    }
    return { outcome: "lost", at: now };
  };

  qpo.walk = { Walk: Walk };
})();
