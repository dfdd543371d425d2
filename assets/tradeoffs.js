/* Keeps in the address what the page of trade-offs shows, and the chosen template: a reload or a link shows it again. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});

  function remember(address) {
    window.history.replaceState(window.history.state, "", address);
  }

  /* what is looked at: a line's number, or the weights that choose it */
  function looked(pick, kinds, weights) {
    if (!pick) return "";
    if (pick.why !== "weights") return "&point=" + Number(pick.place);
    var pairs = (kinds || []).map(function (kind, place) { return kind === "none" ? null : kind + ":" + Number(weights[place] || 0); });
    return "&weights=" + encodeURIComponent(pairs.filter(Boolean).join(","));
  }

  /* the axes as they opened need no word */
  var opened = { run: null, axes: "" };
  function turned(runId, axes) {
    if (axes.indexOf(undefined) >= 0 || axes.indexOf(null) >= 0) return "";
    var now = axes.join(",");
    if (opened.run !== runId) {
      var linked = new URL(window.location.href).searchParams.get("axes");
      opened = { run: runId, axes: linked === now ? "" : now };
    }
    return now === opened.axes ? "" : "&axes=" + encodeURIComponent(now);
  }

  /* nor does the surface as it opens */
  function seen(turn, tilt) { return turn === undefined || turn === null || (Number(turn) === 45 && Number(tilt) === 30) ? "" : "&view=" + Number(turn) + "," + Number(tilt); }

  /* the portfolio's own client needs no word either */
  function suited(client, own) { return client && own && client !== own ? "&client=" + encodeURIComponent(client) : ""; }

  /* A press on a point of the chart, or Enter there, looks at it. */
  document.addEventListener("qpo-choose", function (event) {
    var found = /^point:(\d+)$/.exec(event.detail || "");
    if (found && window.location.pathname === "/tradeoffs") dash.set_props("tradeoffs-pick", { data: { place: Number(found[1]), why: "row" } });
  });

  /* A weight that was typed counts when its field is left; Enter leaves it. */
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.closest && event.target.closest(".slot-weight input")) event.target.blur();
  });

  dash.tradeoffs = {
    remember: function (runId, pick, across, up, tint, client, around, over, own, kinds, weights) {
      if (!runId || window.location.pathname !== "/tradeoffs") return;
      var told = dash.callback_context.triggered || [];
      var isNew = told.some(function (one) { return one.prop_id.indexOf("tradeoffs-run.") === 0; });
      var more = isNew ? "" : looked(pick, kinds, weights) + turned(runId, [across, up, tint]) + seen(around, over);
      remember("/tradeoffs?run=" + encodeURIComponent(runId) + more + suited(client, own));
    },
    /* A grid says "nothing chosen" when its rows are replaced: only what a person chose counts. */
    selectTemplate: function (rows) {
      if (!Array.isArray(rows) || !rows.length) return dash.no_update;
      remember("/templates?template=" + encodeURIComponent(rows[0].id));
      return rows[0].id;
    }
  };
})();
