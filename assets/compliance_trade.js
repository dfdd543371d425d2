/* The check before a trade in the browser alone: typed orders are asked for only where no optimization gives them. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  dash.compliance_trade = {
    /* source(source, portfolio) -> are no orders typed; the address keeps both */
    source: function (source, portfolio) {
      if (window.qpoCompliance && window.qpoCompliance.isShown("trade")) {
        window.qpoCompliance.write({ portfolio: portfolio, run: source === "typed" ? "" : source });
      }
      return Boolean(source) && source !== "typed";
    }
  };
})();
