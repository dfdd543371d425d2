/* The tab of rules in the browser alone: its view in the address. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var REST_MS = 500, resting = 0;
  function said(word) { return word === "all" ? "" : word; }

  dash.compliance_rules = {
    /* typing(values of the form) -> nothing stands under it that spoke of what stood there before */
    typing: function () {
      window.clearTimeout(resting);
      resting = window.setTimeout(function () { dash.set_props("compliance-rule-editor-typed", { data: Date.now() }); }, REST_MS);
      return null;
    },

    /* view(state, pack, severity, scope, rule, text) -> nothing; the address keeps them */
    view: function (state, pack, severity, scope, rule, text) {
      if (window.qpoCompliance.isShown("rules")) {
        window.qpoCompliance.write({
          stands: said(state), of: said(pack), weight: said(severity), scope: said(scope), rule: rule, find: text
        });
      }
      return dash.no_update;
    },
    /* needs(deed, options) -> [are no days of a dry run asked for, words of the button] */
    needs: function (deed, options) {
      window.qpoCompliance.settle();
      var named = (options || []).filter(function (one) { return one.value === deed; })[0];
      return [deed !== "dry_run", named ? named.label : "Do it"];
    },
    /* against(version, versions, before) -> [the other versions after the usual one, the usual one] */
    against: function (version, versions, before) {
      var others = (versions || []).filter(function (one) { return one.value !== version; });
      return [[before[0]].concat(others), before[0].value];
    },
    /* wish(deed, kind) -> [is nothing asked for, are there no own figures] */
    wish: function (deed, kind) {
      return [deed !== "ask", kind !== "figures"];
    }
  };
})();
