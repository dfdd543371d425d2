/* The tab of lists in the browser alone: which fields a deed needs, and the view in the address. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});

  dash.compliance_lists = {
    /* needs(deed, covers, options) -> are covers, symbol, from, until, file not needed; words of the button */
    needs: function (deed, covers, options) {
      window.qpoCompliance.settle();
      var named = (options || []).filter(function (one) { return one.value === deed; })[0];
      var adds = deed === "add";
      return [
        !adds, !adds || covers === "everything", !adds && deed !== "remove", !adds, deed !== "import",
        named ? named.label : "Do it"
      ];
    },
    /* view(kind, day, list) -> nothing; the address keeps them */
    view: function (kind, day, list) {
      if (window.qpoCompliance.isShown("lists")) {
        window.qpoCompliance.write({ lists: kind === "all" ? "" : kind, on: day, list: list });
      }
      return dash.no_update;
    }
  };
})();
