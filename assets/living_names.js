/* The names of the portfolios beside the frontier. They stand above its lines, which move: each has a rim in the ground's
   color, so that no line strikes through it, and takes the side of its mark on which it covers least. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var GAP_PX = 10, LINE_PX = 14, COVER = 12;
  var SIDES = [[1, 0], [-1, 0], [0, -1], [0, 1], [1, -1], [-1, -1], [1, 1], [-1, 1]];

  function boxOf(x, y, width, side) {
    var left = side[0] > 0 ? x + GAP_PX : side[0] < 0 ? x - GAP_PX - width : x - width / 2;
    var top = side[1] > 0 ? y + GAP_PX : side[1] < 0 ? y - GAP_PX - LINE_PX : y - LINE_PX / 2;
    return { left: left, top: top, right: left + width, bottom: top + LINE_PX };
  }

  /* How much a name would hide: places of the line, other names, what lies beyond the plot. */
  function cost(box, frame, spots, taken) {
    var sum = spots.filter(function (one) { return one.x > box.left && one.x < box.right && one.y > box.top && one.y < box.bottom; }).length;
    sum += COVER * taken.filter(function (one) { return one.left < box.right && box.left < one.right && one.top < box.bottom && box.top < one.bottom; }).length;
    var isInside = box.left >= frame.left && box.right <= frame.left + frame.width && box.top >= frame.top && box.bottom <= frame.top + frame.height;
    return isInside ? sum : sum + 10 * COVER;
  }

  /* `line` is that of the frontier, as livingModel.line gives it. */
  function draw(host, plot, frame, line) {
    host.replaceChildren();
    var spots = line.map(function (one) { return { x: frame.x(one.x), y: frame.y(one.y) }; }), taken = [];
    plot.data.forEach(function (trace) {
      if (!(trace.meta || {}).named || trace.visible === false) { return; }
      var x = frame.x(trace.x[0]), y = frame.y(trace.y[0]), word = qpo.livingChart.svg("text", { "class": "living-name" });
      if (x < frame.left || x > frame.left + frame.width || y < frame.top || y > frame.top + frame.height) { return; }
      word.textContent = trace.name;
      host.appendChild(word);
      var width = word.getComputedTextLength(), boxes = SIDES.map(function (side) { return boxOf(x, y, width, side); });
      var costs = boxes.map(function (box) { return cost(box, frame, spots, taken); }), best = boxes[costs.indexOf(Math.min.apply(null, costs))];
      word.setAttribute("x", best.left.toFixed(1));
      word.setAttribute("y", (best.bottom - 3).toFixed(1));
      taken.push(best);
    });
  }

  qpo.livingNames = { draw: draw };
})();
