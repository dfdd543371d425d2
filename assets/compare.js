/* Portfolios side by side: rows of Home's table are ticked and opened as a comparison, whose choice stands in the address. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var TABLE = "home-table", LEAST = 2, MOST = 4;
  var TICKS = { mode: "multiRow", enableClickSelection: false, headerCheckbox: false };
  var isChoosing = false;

  function grid() {
    var api = document.getElementById(TABLE) && window.dash_ag_grid && window.dash_ag_grid.getApi(TABLE);
    return api && !(api.isDestroyed && api.isDestroyed()) ? api : null;
  }

  function go(href) {
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function chosen() {
    var api = grid();
    return api ? api.getSelectedRows().map(function (one) { return one.id; }) : [];
  }

  /* the button says what a press does now, and the line beside it how many are ticked */
  function tell() {
    var open = document.querySelector("[data-compare=open]");
    var stop = document.querySelector("[data-compare=stop]");
    var said = document.querySelector("[data-compare-said]");
    if (!open || !stop || !said) return;
    var count = chosen().length;
    var isRight = count >= LEAST && count <= MOST;
    stop.hidden = !isChoosing;
    open.disabled = isChoosing && !isRight;
    open.textContent = isChoosing && isRight ? "Compare " + count : "Compare";
    said.textContent = !isChoosing ? "" : count > MOST ? count + " ticked: four at most" : isRight ? "" : "Tick two to four";
  }

  function choosing(yes) {
    var api = grid();
    if (!api) return;
    isChoosing = yes;
    if (!yes) api.deselectAll();
    api.updateGridOptions({ rowSelection: yes ? TICKS : undefined, selectionColumnDef: { pinned: "left", width: 44 } });
    if (yes) api.addEventListener("selectionChanged", tell);
    else api.removeEventListener("selectionChanged", tell);
    window.setTimeout(function () { if (api === grid()) window.dashAgGridFunctions.qpoFit({ api: api }); }, 0); // ticks take room
    tell();
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-compare]");
    if (!button) return;
    if (button.getAttribute("data-compare") === "stop") return choosing(false);
    var named = chosen();
    if (!document.querySelector("[data-compare=stop]:not([hidden])")) return choosing(true); // a page that was left and came again chooses nothing
    if (named.length >= LEAST && named.length <= MOST) {
      isChoosing = false;
      go("/compare?portfolios=" + named.map(encodeURIComponent).join(","));
    }
    return undefined;
  });

  dash.compare = {
    /* choose(ids, currency, view) -> the view, which the address keeps; the server's own words are no choice */
    choose: function (ids, currency, view) {
      var named = (ids || []).filter(function (one) { return one && one !== "none"; });
      var ticked = dash.callback_context.triggered || [];
      var isCurrency = ticked.some(function (one) { return one.prop_id.indexOf("compare-currency") === 0; });
      var now = view || { portfolios: [], currency: "" };
      var next = { portfolios: named, currency: isCurrency ? currency || "" : now.currency };
      var isOffered = isCurrency && ticked.length === 1 && !document.getElementById("compare-currency").qpoChosen;
      if (isOffered || JSON.stringify(next) === JSON.stringify(now)) return dash.no_update;
      var address = new URL(window.location.href);
      address.search = "";
      if (named.length) address.searchParams.set("portfolios", named.join(","));
      if (next.currency) address.searchParams.set("currency", next.currency);
      window.history.replaceState(window.history.state, "", address.pathname + address.search.replace(/%2C/g, ","));
      return next;
    }
  };

  /* a person chooses a currency; what the server offers is no choice */
  document.addEventListener("change", function (event) {
    if (event.target.id === "compare-currency") event.target.qpoChosen = true;
  }, true);
})();
