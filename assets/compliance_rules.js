/* The tab of rules in the browser alone: its view in the address. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  function said(word) { return word === "all" ? "" : word; }

  dash.compliance_rules = {
    /* view(state, pack, severity, scope, rule) -> nothing; the address keeps them */
    view: function (state, pack, severity, scope, rule) {
      if (window.qpoCompliance.isShown("rules")) {
        window.qpoCompliance.write({
          stands: said(state), of: said(pack), weight: said(severity), scope: said(scope), rule: rule
        });
      }
      return dash.no_update;
    },
    /* wish(deed, kind) -> [is nothing asked for, are there no own figures] */
    wish: function (deed, kind) {
      return [deed !== "ask", kind !== "figures"];
    }
  };
})();
