/* Which layers of the frontier's chart are shown, and what stands in the way where a limit stopped. */
(function () {
  "use strict";
  var qpo = (window.qpo = window.qpo || {});
  var SPECK_FRAC = 0.15;
  var LAYERS = [["assets", "Assets"], ["current", "Current"], ["benchmark", "Benchmark"], ["client", "Client profile"], ["band", "Band"], ["best", "Highest Sharpe"], ["asked", "As asked"], ["levels", "ESG levels"]];

  function make(tag, className, text) {
    var node = document.createElement(tag);
    if (className) { node.className = className; }
    if (text !== undefined) { node.textContent = text; }
    return node;
  }

  function traces(state) {
    var plot = qpo.livingChart.plot(), shown = [], places = [];
    if (!plot || !window.Plotly) { return; }
    plot.data.forEach(function (one, n) {
      var layer = (one.meta || {}).layer, is = state.hidden.indexOf(layer) < 0;
      if (layer && (one.visible !== false) !== is) { shown.push(is); places.push(n); }
    });
    if (places.length) { window.Plotly.restyle(plot, { visible: shown }, places); }
  }

  /* Without the assets the axes close in on what is left. */
  function fit(state) { qpo.livingChart.fit(state.hidden.indexOf("assets") < 0 ? null : near(state)); }

  /* Among assets far apart a short frontier is a speck: the chart opens close to it, and "Whole chart" shows them all. */
  function open(state) {
    var isHidden = state.hidden.indexOf("assets") >= 0, spots = near(state);
    if (isHidden || qpo.livingChart.share(spots) < SPECK_FRAC) { qpo.livingChart.fit(spots); }
  }

  function near(state) {
    var spots = qpo.livingModel.line(state.seen, 2).concat(state.asked ? qpo.livingModel.line(state.asked, 2) : []);
    ["current", "benchmark", "client"].forEach(function (name) {
      var one = state.model.data[name];
      if (one && state.hidden.indexOf(name) < 0) { spots.push({ x: one.volatility_annual_frac, y: one.return_annual_frac }); }
    });
    return spots;
  }

  qpo.livingLayers = {
    build: function (state) {
      var host = document.getElementById("living-layers"), plot = qpo.livingChart.plot();
      if (!host || !plot) { return; }
      var known = plot.data.filter(function (one) { return one.x && (one.x.length || one.x.shape); }).map(function (one) { return (one.meta || {}).layer; }).concat(["best", "asked"], state.model.esg && state.model.engine ? ["levels"] : []);
      host.replaceChildren(make("span", "frontier-layers-word", "Show"));
      LAYERS.forEach(function (one) {
        if (known.indexOf(one[0]) < 0) { return; }
        var pill = make("button", "pill", one[1]);
        pill.type = "button";
        pill.setAttribute("aria-pressed", state.hidden.indexOf(one[0]) < 0 ? "true" : "false");
        pill.addEventListener("click", function () {
          pill.setAttribute("aria-pressed", qpo.living.layer(one[0]) ? "true" : "false");
          traces(state);
          if (one[0] === "assets") { fit(state); }
        });
        host.appendChild(pill);
      });
      [
        ["Fit", "Close in on the frontier as it stands", function () { qpo.livingChart.fit(qpo.livingModel.line(state.seen, 2)); }],
        ["Whole chart", "Go back to everything that the chart shows", function () { fit(state); }]
      ].forEach(function (one) {
        var zoom = make("button", "pill", one[0]);
        zoom.type = "button";
        zoom.title = one[1];
        zoom.addEventListener("click", one[2]);
        host.appendChild(zoom);
      });
      host.setAttribute("role", "group");
      host.setAttribute("aria-label", "Layers of the chart");
      traces(state);
      open(state);
    },

    /* An address whose limits leave nothing says so, as the page then starts from others. */
    beyond: function () {
      var note = make("div", "living-stop");
      note.setAttribute("role", "status");
      note.appendChild(make("p", "living-stop-head", "The limits of this link leave no portfolio."));
      note.appendChild(make("p", "", "What stands here are the limits as they were asked. Move them anew."));
      document.getElementById("living-blocked").replaceChildren(note);
    },

    /* "Technology, at most ends at 12.3%: beyond, no portfolio is left." with the limits that clash. */
    blocked: function (state, told) {
      var box = document.getElementById("living-blocked"), where = state.blocked;
      if (!box || !where) { return; }
      var handle = state.model.byKey[where.key], note = make("div", "living-stop"), link = make("a", "", "Ask the doctor in the wizard"), wizard = document.getElementById("living-wizard");
      note.setAttribute("role", "status");
      note.appendChild(make("p", "living-stop-head", qpo.livingHandles.stopWords(handle, where.stop)));
      if (told.sentences.length) {
        note.appendChild(make("h3", "frontier-heading", "What stands in the way"));
        var list = make("ul");
        told.sentences.forEach(function (one) { list.appendChild(make("li", "", one)); });
        note.appendChild(list);
      }
      if (told.advice) { note.appendChild(make("p", "", told.advice)); }
      var moves = Object.assign({}, state.moves);
      moves[where.key] = where.wish;
      link.href = wizard ? wizard.getAttribute("href").replace(/&frontier=[^&]*/, "&frontier=" + encodeURIComponent(qpo.livingAddress.text(moves))).replace("&step=4", "&step=3") : "/optimize";
      note.appendChild(link);
      box.replaceChildren(note);
    }
  };
})();
