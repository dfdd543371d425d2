/* The tab of facts in the browser alone: of what they are stands in the address. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  dash.compliance_facts = {
    /* view(portfolio) -> nothing; a word of its own keeps it, for the house is no portfolio to other tabs */
    view: function (portfolio) {
      if (portfolio && window.qpoCompliance.isShown("facts")) window.qpoCompliance.write({ facts: portfolio });
      return dash.no_update;
    }
  };
})();
