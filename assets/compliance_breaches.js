/* The tab of breaches in the browser alone: which fields a deed needs, and the view in the address. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var DATED = ["plan", "request_override"];

  dash.compliance_breaches = {
    /* needs(deed, options) -> [is there no day, is there no person, words of the button] */
    needs: function (deed, options) {
      var named = (options || []).filter(function (one) { return one.value === deed; })[0];
      return [DATED.indexOf(deed) < 0, deed !== "assign", named ? named.label : "Do it"];
    },
    /* view(status, severity, owner, portfolio, breach) -> nothing; the address keeps them */
    view: function (status, severity, owner, portfolio, breach) {
      if (window.qpoCompliance.isShown("breaches")) {
        window.qpoCompliance.write({
          state: status === "unsettled" ? "" : status, severity: severity === "all" ? "" : severity,
          owner: owner === "all" ? "" : owner, portfolio: portfolio === "all" ? "" : portfolio, breach: breach
        });
      }
      return dash.no_update;
    }
  };
})();
