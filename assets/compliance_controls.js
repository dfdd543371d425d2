/* The tab of controls in the browser alone: which fields a deed needs, and rows that are decided all at once. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  dash.compliance_controls = {
    /* needs(deed, options) -> [are no details asked for, words of the button] */
    needs: function (deed, options) {
      var named = (options || []).filter(function (one) { return one.value === deed; })[0];
      return [deed !== "place" && deed !== "lock", named ? named.label : "Do it"];
    },
    /* named(deed, options) -> words of the button that does it */
    named: function (deed, options) {
      return dash.compliance_controls.needs(deed, options)[1];
    },
    /* rest(clicks, values) -> values with every row kept that was not decided yet */
    rest: function (clicks, values) {
      if (!clicks) return dash.no_update;
      return (values || []).map(function (one) { return one || "keep"; });
    },
    /* ask(asked, cancelled, done) -> class of the dialog before records go */
    ask: function () {
      var by = dash.callback_context.triggered_id;
      return by === "compliance-retention-ask" ? "dialog is-open" : "dialog";
    }
  };
})();
