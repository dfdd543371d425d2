/* Linear equations in place: LU with partial pivoting of a small dense system, and answers with one round of refinement. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var TINY = 1e-13;  // of the largest entry: a pivot below is none

  /* Room for systems of up to `most` unknowns, used again and again. */
  function System(most) {
    this.size = 0;
    this.matrix = new Float64Array(most * most);
    this.factors = new Float64Array(most * most);
    this.order = new Int32Array(most);
    this.rest = new Float64Array(most);
    this.step = new Float64Array(most);
  }

  /* Factor `matrix`, whose rows are `size` long; return whether it is regular. */
  System.prototype.factor = function (size) {
    var lu = this.factors, order = this.order, largest = 0, i, j, k;
    this.size = size;
    for (i = 0; i < size * size; i += 1) {
      lu[i] = this.matrix[i];
      if (Math.abs(lu[i]) > largest) { largest = Math.abs(lu[i]); }
    }
    for (i = 0; i < size; i += 1) { order[i] = i; }
    for (k = 0; k < size; k += 1) {
      var best = k, height = Math.abs(lu[k * size + k]);
      for (i = k + 1; i < size; i += 1) {
        var here = Math.abs(lu[i * size + k]);
        if (here > height) { height = here; best = i; }
      }
      if (!(height > TINY * largest)) { return false; }
      if (best !== k) {
        for (j = 0; j < size; j += 1) {
          var kept = lu[k * size + j];
          lu[k * size + j] = lu[best * size + j];
          lu[best * size + j] = kept;
        }
        var place = order[k];
        order[k] = order[best];
        order[best] = place;
      }
      var pivot = 1 / lu[k * size + k], from = k * size;
      for (i = k + 1; i < size; i += 1) {
        var to = i * size, share = lu[to + k] * pivot;
        lu[to + k] = share;
        if (share === 0) { continue; }
        for (j = k + 1; j < size; j += 1) { lu[to + j] -= share * lu[from + j]; }
      }
    }
    return true;
  };

  System.prototype.substitute = function (right, out) {
    var size = this.size, lu = this.factors, i, j, sum;
    for (i = 0; i < size; i += 1) {
      sum = right[this.order[i]];
      for (j = 0; j < i; j += 1) { sum -= lu[i * size + j] * out[j]; }
      out[i] = sum;
    }
    for (i = size - 1; i >= 0; i -= 1) {
      sum = out[i];
      for (j = i + 1; j < size; j += 1) { sum -= lu[i * size + j] * out[j]; }
      out[i] = sum / lu[i * size + i];
    }
  };

  /* Write the answer to `right` into `out`, and mend it once by what is left over. */
  System.prototype.solve = function (right, out) {
    var size = this.size, i, j;
    this.substitute(right, out);
    for (i = 0; i < size; i += 1) {
      var left = right[i];
      for (j = 0; j < size; j += 1) { left -= this.matrix[i * size + j] * out[j]; }
      this.rest[i] = left;
    }
    this.substitute(this.rest, this.step);
    for (i = 0; i < size; i += 1) { out[i] += this.step[i]; }
  };

  qpo.walkLinear = { System: System };
})();
