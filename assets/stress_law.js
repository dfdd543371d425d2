/* What follows from moves of factors, and how plausible are they: engine/stress/conditional.py while a slider moves. A
   test holds both against one another. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var ONE_IN_MAX = 1e9;

  /* solve(matrix, right sides as rows) -> solutions as rows; the matrix is positive definite */
  function solve(matrix, rights) {
    var n = matrix.length;
    var rows = matrix.map(function (row, at) { return row.concat(rights.map(function (right) { return right[at]; })); });
    for (var k = 0; k < n; k++) {
      var best = k;
      for (var i = k + 1; i < n; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[best][k])) best = i;
      var swapped = rows[k]; rows[k] = rows[best]; rows[best] = swapped;
      for (i = k + 1; i < n; i++) {
        var share = rows[i][k] / rows[k][k];
        for (var j = k; j < rows[i].length; j++) rows[i][j] -= share * rows[k][j];
      }
    }
    return rights.map(function (_right, place) {
      var found = new Array(n);
      for (var k = n - 1; k >= 0; k--) {
        var sum = rows[k][n + place];
        for (var j = k + 1; j < n; j++) sum -= rows[k][j] * found[j];
        found[k] = sum / rows[k][k];
      }
      return found;
    });
  }

  /* erfc by its continued fraction from 2 on, by its series below */
  function erfc(z) {
    if (z < 2) {
      var term = z, sum = z;
      for (var n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 200; n++) {
        term *= -z * z / n;
        sum += term / (2 * n + 1);
      }
      return 1 - 2 / Math.sqrt(Math.PI) * sum;
    }
    var tail = 0;
    for (var k = 120; k >= 1; k--) tail = k / 2 / (z + tail);
    return Math.exp(-z * z) / Math.sqrt(Math.PI) / (z + tail);
  }

  /* tail(count, squared) -> chance that chi-square with so many degrees of freedom is at least as large */
  function tail(count, squared) {
    if (!count) return 1;
    var half = squared / 2;
    var term = count % 2 ? Math.sqrt(half / Math.PI) * 2 * Math.exp(-half) : Math.exp(-half);
    var sum = count % 2 ? erfc(Math.sqrt(half)) : term;
    var start = count % 2 ? 1 : 2;
    if (count % 2) {
      for (var odd = start; odd < count; odd += 2) { sum += term; term *= half / (odd / 2 + 1); }
    } else {
      for (var even = start; even < count; even += 2) { term *= half / (even / 2); sum += term; }
    }
    return Math.min(1, Math.max(0, sum));
  }

  /* propagate(law, moves by factor, whether the others stay) -> moves of all, distance squared, chance, one in, word */
  function propagate(law, shocks, stays) {
    var given = [], free = [];
    law.names.forEach(function (name, at) { (name in shocks ? given : free).push(at); });
    var moves = {};
    Object.keys(shocks).forEach(function (name) { moves[name] = shocks[name]; });
    free.forEach(function (at) { moves[law.names[at]] = 0; });
    var squared = 0;
    if (given.length) {
      var s = given.map(function (at) { return shocks[law.names[at]]; });
      var solved = solve(given.map(function (row) { return given.map(function (at) { return law.covariance[row][at]; }); }), [s])[0];
      s.forEach(function (move, at) { squared += move * solved[at]; });
      if (!stays) {
        free.forEach(function (at) {
          var move = given.reduce(function (sum, other, place) { return sum + law.covariance[at][other] * solved[place]; }, 0);
          var least = (law.least_moves || {})[law.names[at]];
          moves[law.names[at]] = least === undefined ? move : Math.max(move, least);
        });
      }
    }
    var chance = tail(given.length, squared);
    return { moves: moves, squared: squared, count: given.length, chance: chance, oneIn: chance > 0 ? Math.min(1 / chance, ONE_IN_MAX) : ONE_IN_MAX, word: wordOf(chance) };
  }

  function wordOf(chance) { return chance >= 0.2 ? "common" : chance >= 0.05 ? "plausible" : chance >= 0.001 ? "rare" : "extreme"; }

  qpo.stressLaw = { propagate: propagate, tail: tail };
})();
