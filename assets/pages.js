/* What the pages do in the browser alone: the state of the view in the address, the parts behind tabs, links and actions in grids. */
(function () {
  "use strict";
  var dash = (window.dash_clientside = window.dash_clientside || {});
  var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  /* Writes one word of the view into the address without reading the page anew; what is default leaves the address. */
  function remember(name, value, usual) {
    var address = new URL(window.location.href);
    if (!value || value === usual) address.searchParams.delete(name);
    else address.searchParams.set(name, value);
    var next = address.pathname + address.search;
    if (next !== window.location.pathname + window.location.search) window.history.replaceState(window.history.state, "", next);
  }

  function go(href) {
    window.history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  function tab(active, parts) {
    remember("tab", active, parts[0]);
    window.setTimeout(function () { window.dispatchEvent(new Event("resize")); }, 0);
    return parts.map(function (part) { return part !== active; });
  }

  /* A grid says "nothing chosen" when its rows are replaced: only what a person chose counts. */
  function select(rows, name) {
    if (!Array.isArray(rows) || !rows.length) return dash.no_update;
    if (name) remember(name, rows[0].id, "");
    return rows[0].id;
  }

  function pressed() {
    var context = dash.callback_context;
    var one = ((context && context.triggered) || []).filter(function (each) { return each.value; })[0]; // buttons that have just come stand in the list too
    return one || null;
  }

  dash.pages = {
    /* …Tab(active) -> hidden for each part behind the tabs; the first one needs no word in the address */
    portfolioTab: function (active) { return tab(active, ["holdings", "allocation", "history", "transactions", "limits", "targets", "versions", "notes"]); },
    /* portfolioAsked(active, known...) -> a word for the part that is looked at for the first time: then it is filled */
    portfolioAsked: function (active) {
      var known = Array.prototype.slice.call(arguments, 1);
      return ["allocation", "history", "transactions", "limits", "targets", "versions", "notes"].map(function (part, place) {
        return part === active && !known[place] ? part : dash.no_update;
      });
    },
    settingsTab: function (active) { return tab(active, ["profile", "appearance", "security", "keys", "data", "schedules", "about"]); },
    /* pick(clicks, ids, {name, usual, value}) -> {…, value} of the pill that was pressed, kept in the address */
    pick: function (clicks, ids, view) {
      var one = pressed();
      if (!one) return dash.no_update;
      var value = JSON.parse(one.prop_id.slice(0, one.prop_id.lastIndexOf("."))).index;
      remember(view.name, value, view.usual);
      return Object.assign({}, view, { value: value });
    },
    /* pressed(view, ids) -> "true" for the pill of the view */
    pressed: function (view, ids) {
      return (ids || []).map(function (id) { return id.index === (view && view.value) ? "true" : "false"; });
    },
    /* quick(text, options) -> the grid's options with that quick filter; some search lines are kept in the address */
    quick: function (text, options) {
      var line = document.getElementById(dash.callback_context.inputs_list[0].id);
      var host = line && line.closest("[data-kept-as]");
      if (host) remember(host.getAttribute("data-kept-as"), text, "");
      return Object.assign({}, options || {}, { quickFilterText: text || "" });
    },
    /* openRun(cell) goes to the page of the row */
    openRun: function (cell) {
      if (cell && cell.rowId) go("/runs/" + cell.rowId);
    },
    /* select…(rows) -> the id of the chosen row; that of people and clients stands in the address */
    selectClient: function (rows) { return select(rows, "client"); },
    selectUser: function (rows) { return select(rows, "user"); },
    selectRun: function (rows) { return select(rows, null); },
    /* blank(clicks) -> nothing for every output: a form that begins without answers */
    blank: function () {
      return dash.callback_context.outputs_list.map(function () { return null; });
    },
    /* close(clicks) -> class of a closed dialog */
    close: function (clicks) { return clicks ? "dialog" : dash.no_update; },
    /* dialog(open clicks, close clicks) -> class: every button but the last one opens */
    dialog: function () {
      var one = pressed();
      if (!one) return dash.no_update;
      var inputs = dash.callback_context.inputs_list;
      var last = inputs[inputs.length - 1];
      return one.prop_id === last.id + ".n_clicks" ? "dialog" : "dialog is-open";
    },
    /* news(event) -> [tray must be read anew, page must be read anew] */
    news: function (event) {
      var none = dash.no_update;
      if (!event || !event.type) return [none, none];
      var token = { reason: event.type, count: event.seq || Date.now() };
      var subject = String(event.channel).split(".")[0];
      if (event.type === "run.progress") {
        var open = document.querySelector("details.menu-tray[open] #shell-tasks-list");
        return [open ? token : none, none];
      }
      if (subject === "runs") return [token, /finished|succeeded|failed|cancelled/.test(event.type) ? token : none];
      if (subject === "market" || subject === "prices" || subject === "portfolios") return [token, token];
      if (subject === "compliance") return [none, token];
      return [token, none];
    },
    /* prefer(preferences) writes the account's choices where the style sheets and formatters read them */
    prefer: function (preferences) {
      var root = document.getElementById("shell-root");
      if (!root || !preferences) return;
      root.setAttribute("data-signs", String(preferences.sign_palette || "blue_orange").replace("_", "-"));
      root.setAttribute("data-density", preferences.density || "comfortable");
      root.setAttribute("data-numbers", preferences.number_format || "comma");
      root.setAttribute("data-dates", preferences.date_format || "words");
      root.setAttribute("data-zone", preferences.time_zone || "UTC");
      root.setAttribute("data-clock", preferences.clock || "h24");
      if (window.qpo && window.qpo.amounts) window.qpo.amounts.kept(preferences.amounts);
      if (window.qpo && preferences.theme && preferences.theme !== window.qpo.theme.choice()) window.qpo.theme.choose(preferences.theme);
    },
    /* title({title}) -> words of the top bar */
    title: function (page) {
      return page && page.title ? page.title.split(" · ")[0] : "";
    },
    /* leaveTo(path) follows a link that the server gave */
    leaveTo: function (path) {
      if (path) go(path);
    }
  };

  /* The list of messages is drawn anew with each new one: their ages go on, and what has left stays away. */
  var born = {};
  var left = {};
  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      var node = change.target;
      if (change.type === "attributes") {
        if (node.hasAttribute("data-leaving") && node.hasAttribute("data-toast")) left[node.getAttribute("data-toast")] = true;
        return;
      }
      if (node.id !== "shell-toasts") return;
      node.querySelectorAll("[data-toast]").forEach(function (toast) {
        var key = toast.getAttribute("data-toast");
        born[key] = born[key] || Date.now();
        toast.qpoSince = toast.qpoSince || born[key];
        if (left[key] && !toast.hasAttribute("data-leaving")) {
          toast.setAttribute("data-leaving", "");
          toast.style.display = "none";
        }
      });
    });
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-leaving"], childList: true, subtree: true });

  /* value: [{text, href} or {text, act}]: links stay inside the product, actions reach the callback as cellRendererData */
  components.qpoActions = function (props) {
    var make = window.React.createElement;
    var items = (props.value || []).map(function (item, index) {
      var label = item.text + " " + ((props.data && props.data.name) || "");
      if (item.href) {
        return make("a", {
          key: index, href: item.href, className: "btn-q btn-q-quiet btn-q-small", "aria-label": label, style: { paddingInline: 6 },
          onClick: function (event) {
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            go(item.href);
          }
        }, item.text);
      }
      return make("button", {
        key: index, type: "button", className: "btn-q btn-q-quiet btn-q-small", "aria-label": label, style: { paddingInline: 6 },
        onClick: function () { props.setData({ act: item.act, at: Date.now() }); }
      }, item.text);
    });
    return make("div", { className: "btn-row grid-actions", style: { position: "absolute", inset: 0, paddingInline: 6, gap: 0, flexWrap: "nowrap", alignItems: "center", justifyContent: "flex-end" } }, items);
  };
})();
