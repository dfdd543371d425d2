/* Functions for ClientsideFunction(namespace="qpo", function_name=...): what needs no server. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});

  dash.qpo = {
    /* templates(data) hands the chart templates to the theme switch */
    templates: function (data) {
      if (window.qpo && window.qpo.theme.templates) window.qpo.theme.templates(data);
      return dash.no_update;
    },
    /* chooseTheme(choice) -> choice, applied */
    chooseTheme: function (choice) {
      if (choice && window.qpo) window.qpo.theme.choose(choice);
      return choice || dash.no_update;
    },
    /* copyLink(clicks) -> copies the address of the page */
    copyLink: function (clicks) {
      if (clicks && navigator.clipboard) navigator.clipboard.writeText(window.location.href);
      return clicks ? "Link copied" : dash.no_update;
    },
    /* quickFilter(text, options) -> grid options with that quick filter */
    quickFilter: function (text, options) {
      return Object.assign({}, options || {}, { quickFilterText: text || "" });
    },
    /* openDialog(clicks...) -> class of a dialog: the last of the buttons that was pressed opens or closes */
    openDialog: function () {
      var context = dash.callback_context;
      var pressed = ((context && context.triggered) || []).filter(function (each) { return each.value; })[0];
      if (!pressed) return dash.no_update;
      var first = context.inputs_list && context.inputs_list[0];
      var id = pressed.prop_id.split(".")[0];
      return first && first.id === id ? "dialog is-open" : "dialog";
    },
    /* pressed(choice, ids) -> "true"/"false" for each of a family of pills */
    pressed: function (choice, ids) {
      return (ids || []).map(function (id) { return id.index === choice ? "true" : "false"; });
    }
  };
})();
