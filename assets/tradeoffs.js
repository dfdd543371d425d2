/* Keeps the run of the page of trade-offs, and the chosen template, in the address: a reload or a link shows them again. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});

  function remember(address) {
    window.history.replaceState(window.history.state, "", address);
  }

  /* A weight that was typed counts when its field is left; Enter leaves it. */
  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && event.target.closest && event.target.closest(".slot-weight input")) event.target.blur();
  });

  dash.tradeoffs = {
    remember: function (runId) {
      if (!runId || window.location.pathname !== "/tradeoffs") return;
      remember("/tradeoffs?run=" + encodeURIComponent(runId));
    },
    /* A grid says "nothing chosen" when its rows are replaced: only what a person chose counts. */
    selectTemplate: function (rows) {
      if (!Array.isArray(rows) || !rows.length) return dash.no_update;
      remember("/templates?template=" + encodeURIComponent(rows[0].id));
      return rows[0].id;
    }
  };
})();
