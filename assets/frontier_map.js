/* What the portfolio is made of along the frontier: stacked areas over the reward, with a cursor that follows the point. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var WIDE = 1000, HIGH = 100, SHOWN = 7, LITTLE = 5e-4;
  var cursorLine = null, shown = null;

  function svg(name, attributes) {
    var node = document.createElementNS(qpo.frontierMath.svgSpace, name);
    Object.keys(attributes).forEach(function (key) { node.setAttribute(key, attributes[key]); });
    return node;
  }
  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function share(model, reward) { return (reward - model.least) / (model.most - model.least || 1); }

  /* Bands of the largest assets and of the others together; shorts lie below the line of zero. */
  function bandsOf(model) {
    var order = qpo.frontierPanel.order(model), first = order.slice(0, SHOWN), rest = order.slice(SHOWN);
    var bands = first.map(function (one, rank) {
      return { name: one.name, color: qpo.frontierPanel.color(rank), at: model.weights.map(function (row) { return row[one.place]; }) };
    });
    [1, -1].forEach(function (side) {
      var at = model.weights.map(function (row) {
        return rest.reduce(function (all, one) { return all + Math.max(0, side * row[one.place]) * side; }, 0);
      });
      if (at.some(function (value) { return Math.abs(value) > 1e-6; })) {
        bands.push({ name: side > 0 ? "Others" : "", color: qpo.frontierPanel.color(SHOWN), at: at });
      }
    });
    return bands;
  }

  function draw(model, bands) {
    var columns = model.rewards.map(function () { return { up: 0, down: 0 }; });
    var strips = bands.map(function (band) {
      return band.at.map(function (value, k) {
        var up = Math.max(0, value), down = Math.min(0, value), was = columns[k];
        var strip = [[was.up, was.up + up], [was.down, was.down + down]];
        columns[k] = { up: was.up + up, down: was.down + down };
        return strip;
      });
    });
    var high = Math.max.apply(null, columns.map(function (one) { return one.up; }));
    var low = Math.min.apply(null, columns.map(function (one) { return one.down; }));
    function spot(k, value) { return (share(model, model.rewards[k]) * WIDE).toFixed(1) + "," + ((high - value) / (high - low || 1) * HIGH).toFixed(2); }
    var sheet = svg("svg", { viewBox: "0 0 " + WIDE + " " + HIGH, preserveAspectRatio: "none", "class": "frontier-map-sheet", "aria-hidden": "true" });
    strips.forEach(function (strip, n) {
      [0, 1].forEach(function (side) {
        var there = strip.map(function (one, k) { return spot(k, one[side][1]); });
        var back = strip.map(function (one, k) { return spot(k, one[side][0]); }).reverse();
        if (strip.every(function (one) { return one[side][0] === one[side][1]; })) { return; }
        var area = svg("polygon", { points: there.concat(back).join(" "), "class": "frontier-map-band" });
        area.style.fill = bands[n].color;
        sheet.appendChild(area);
      });
    });
    return sheet;
  }

  function legend(bands) {
    var row = make("div", "frontier-map-legend");
    bands.forEach(function (band) {
      if (!band.name) { return; }
      var one = make("span", "", band.name), dot = make("i");
      dot.style.background = band.color;
      one.insertBefore(dot, one.firstChild);
      row.appendChild(one);
    });
    return row;
  }

  function follow(field, model) {
    function move(event) {
      var box = field.getBoundingClientRect();
      var at = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width));
      qpo.frontier.to(model.least + at * (model.most - model.least));
    }
    var stood = 0;
    field.addEventListener("pointerdown", function (event) {
      if (event.button !== 0) { return; }
      field.setPointerCapture(event.pointerId);
      stood = qpo.frontier.here();
      move(event);
    });
    field.addEventListener("pointermove", function (event) { if (field.hasPointerCapture(event.pointerId)) { move(event); } });
    field.addEventListener("pointerup", function () { qpo.frontier.settle(); });
    field.addEventListener("pointercancel", function () { qpo.frontier.to(stood); });  // the page began to scroll
  }

  /* What a map shows, as a sentence: which weight grows and which shrinks most from one end of the frontier to the other. */
  function finding(assets, first, last) {
    var up = 0, down = 0, largest = 0, weight = window.dashAgGridFunctions;
    for (var n = 1; n < assets.length; n += 1) {
      if (last[n] - first[n] > last[up] - first[up]) { up = n; }
      if (last[n] - first[n] < last[down] - first[down]) { down = n; }
      if (Math.abs(last[n]) > Math.abs(last[largest])) { largest = n; }
    }
    function moved(n) { return weight.qpoSignedWeight(last[n] - first[n]).replace("%", " pp"); }
    if (last[up] - first[up] < LITTLE && first[down] - last[down] < LITTLE) {
      return "What it holds hardly changes: " + assets[largest] + " is the largest position, " + weight.qpoWeight(last[largest]);
    }
    return "Up the frontier " + assets[up] + " grows most, " + moved(up) + ", and " + assets[down] + " shrinks most, " + moved(down);
  }

  qpo.frontierMap = {
    finding: finding,
    build: function (host, model) {
      host.replaceChildren();
      cursorLine = shown = null;
      if (model.last === 0) { return; }
      var bands = bandsOf(model);
      shown = { places: model.rewards, bands: bands, words: model.words.reward, isShare: model.is_share, title: finding(model.assets, model.weights[0], model.weights[model.weights.length - 1]) };
      var field = make("div", "frontier-map-field");
      field.appendChild(draw(model, bands));
      cursorLine = make("div", "frontier-map-cursor");
      field.appendChild(cursorLine);
      follow(field, model);
      var ends = make("div", "frontier-map-ends");
      ends.appendChild(make("span", "num", qpo.frontierPanel.reward(model, model.least)));
      ends.appendChild(make("span", "", model.words.reward));
      ends.appendChild(make("span", "num", qpo.frontierPanel.reward(model, model.most)));
      [make("h3", "frontier-heading", shown.title), make("p", "muted frontier-map-note", "What it holds along the frontier"), legend(bands), field, ends].forEach(function (node) { host.appendChild(node); });
    },

    shown: function () { return shown; },
    cursor: function (model, point) {
      if (cursorLine) { cursorLine.style.transform = "translateX(" + (share(model, point.reward) * cursorLine.parentNode.clientWidth).toFixed(2) + "px)"; }
    }
  };
})();
