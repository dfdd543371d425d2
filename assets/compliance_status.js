/* The matrix of compliance in the browser alone: which cell is chosen, arrow keys among cells, the view in the address. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});

  var calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  /* one cell is a stop of the Tab key; arrows reach the others */
  function stopAt(cell) {
    document.querySelectorAll(".matrix-q [data-choose]:not([tabindex='-1'])").forEach(function (one) { one.tabIndex = -1; });
    cell.tabIndex = 0;
  }

  /* evidence that would come below the window is brought into its lower half, with the cell still in sight */
  function bringEvidence() {
    var card = document.getElementById("compliance-status-evidence");
    if (!card) return;
    var below = card.getBoundingClientRect().top - window.innerHeight * 0.55;
    if (below > 0) window.scrollBy({ top: below, behavior: calm.matches ? "auto" : "smooth" });
  }

  document.addEventListener("qpo-choose", function (event) {
    if (window.location.pathname !== "/compliance" || event.detail.indexOf("cell:") !== 0) return;
    var key = event.detail.slice(5);
    document.querySelectorAll(".matrix-q [data-choose]").forEach(function (one) {
      var isChosen = one.getAttribute("data-choose") === "cell:" + key;
      one.setAttribute("aria-pressed", isChosen ? "true" : "false");
      if (isChosen) stopAt(one);
    });
    bringEvidence();
    dash.set_props("compliance-status-pick", { data: key });
  });

  document.addEventListener("keydown", function (event) {
    var held = event.target.closest && event.target.closest(".matrix-cell");
    var steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (!held || !(event.key in steps)) return;
    var step = steps[event.key];
    var row = held.parentNode.rowIndex, column = held.cellIndex;
    var table = held.closest("table");
    for (row += step[0], column += step[1]; row > 0 && table.rows[row] && column > 0 && table.rows[row].cells[column]; row += step[0], column += step[1]) {
      var next = table.rows[row].cells[column].querySelector("[data-choose]");
      if (!next) continue;
      stopAt(next);
      next.focus();
      break;
    }
    event.preventDefault();
  });

  dash.compliance_status = {
    /* view(standing, portfolio, pick) -> nothing; the address keeps them */
    view: function (standing, portfolio, pick) {
      window.qpoCompliance.write({ standing: standing === "all" ? "" : standing, portfolio: portfolio === "all" ? "" : portfolio, cell: pick });
      return dash.no_update;
    }
  };
})();
