/* How cells of the grids read and look: the rules of services/formatting.py in the browser, and the theme from the tokens. */
(function () {
  "use strict";
  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  var components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  var MINUS = "\u2212";
  var MISSING = "\u2014";
  var MARKS = { comma: [",", "."], point: [".", ","], space: ["\u202f", ","] };
  var MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

  function marks() {
    var root = document.getElementById("shell-root");
    return MARKS[(root && root.getAttribute("data-numbers")) || "comma"] || MARKS.comma;
  }

  function toNumber(value) {
    if (value === null || value === undefined || value === "") return null;
    var number = Number(value);
    return Number.isFinite(number) ? number : null;
  }

  /* half away from zero on the exact value, grouped, true minus, never a minus before zero */
  function format(value, decimals, signed) {
    var number = toNumber(value);
    if (number === null) return MISSING;
    var text = Math.abs(number).toFixed(decimals);
    var isZero = Number(text) === 0;
    var parts = text.split(".");
    var mark = marks();
    var whole = parts[0].replace(/\B(?=(\d{3})+(?!\d))/g, mark[0]);
    var body = parts.length > 1 ? whole + mark[1] + parts[1] : whole;
    if (isZero) return body;
    return (number < 0 ? MINUS : signed ? "+" : "") + body;
  }

  function percent(value, decimals, signed) {
    var number = toNumber(value);
    return number === null ? MISSING : format(number * 100, decimals, signed) + "%";
  }

  var MASK = "\u2022\u2022\u2022\u2022";
  function isHidden() {
    var root = document.getElementById("shell-root");
    return root !== null && root.getAttribute("data-amounts") === "hidden";
  }

  function decimalsOf(value) { return Math.abs(toNumber(value) || 0) >= 10000 ? 0 : 2; }

  /* one column, one number of decimals: cents, unless an amount of it as the page delivered it has five digits; so live
     prices change no column's digits */
  var columns = new WeakMap(); // rows as delivered -> field -> decimals
  function decimalsIn(place) {
    var api = place && place.api;
    var field = place && place.colDef && place.colDef.field;
    var rows = api && field && api.getGridOption && api.getGridOption("rowData");
    if (!rows || !rows.length) return null;
    if (!columns.has(rows)) columns.set(rows, {});
    var known = columns.get(rows);
    if (!(field in known)) known[field] = Math.min.apply(null, rows.map(function (row) { return decimalsOf(row[field]); }));
    return known[field];
  }

  function money(value, signed, place) {
    var number = toNumber(value);
    if (number === null) return MISSING;
    if (isHidden()) return MASK;
    var decimals = decimalsIn(place);
    return format(number, decimals === null ? decimalsOf(number) : decimals, signed);
  }

  functions.qpoWeight = function (value) { return percent(value, 1, false); };
  functions.qpoSignedWeight = function (value) { return percent(value, 1, true); };
  functions.qpoPercent = function (value) { return percent(value, 2, false); };
  functions.qpoSignedPercent = function (value) { return percent(value, 2, true); };
  /* a difference of two shares or returns */
  functions.qpoSignedPoints = function (value) {
    var number = toNumber(value);
    return number === null ? MISSING : format(number * 100, 1, true) + " pp";
  };
  functions.qpoMoney = function (value, place) { return money(value, false, place); };
  functions.qpoSignedMoney = function (value, place) { return money(value, true, place); };
  functions.qpoNumber = function (value, decimals) { return format(value, decimals, false); };
  functions.qpoSignedNumber = function (value, decimals) { return format(value, decimals, true); };
  functions.qpoCount = function (value) { return format(value, 0, false); };
  functions.qpoQuantity = function (value) {
    var number = toNumber(value);
    if (number === null) return MISSING;
    if (isHidden()) return MASK;
    var decimals = (Math.abs(number).toFixed(4).replace(/0+$/, "").split(".")[1] || "").length;
    return format(number, decimals, false);
  };
  /* every digit that the ledger keeps */
  functions.qpoShares = function (value) {
    var number = toNumber(value);
    if (number === null) return MISSING;
    if (isHidden()) return MASK;
    var decimals = (Math.abs(number).toFixed(6).replace(/0+$/, "").split(".")[1] || "").length;
    return format(number, decimals, false);
  };
  functions.qpoText = function (value) { return value === null || value === undefined || value === "" ? MISSING : String(value); };
  /* year, month and day of two digits -> as services/formatting.py writes the day for this reader */
  var dateFormats = {
    words: function (year, month, day) { return Number(day) + " " + MONTHS[Number(month) - 1] + " " + year; },
    iso: function (year, month, day) { return year + "-" + month + "-" + day; },
    day_first: function (year, month, day) { return day + "/" + month + "/" + year; },
    month_first: function (year, month, day) { return month + "/" + day + "/" + year; }
  };
  function dateFormat() {
    var root = document.getElementById("shell-root");
    var chosen = root && root.getAttribute("data-dates");
    return chosen in dateFormats ? chosen : "words";
  }
  functions.qpoDate = function (value) {
    if (!value) return MISSING;
    var parts = String(value).slice(0, 10).split("-");
    return parts.length === 3 ? dateFormats[dateFormat()](parts[0], parts[1], parts[2]) : String(value);
  };
  /* "5 Jan 2026, 14:05:12 UTC" of a moment, in the zone and on the clock of the reader; the day of a day */
  functions.qpoMoment = function (value) {
    var text = String(value || "");
    var found = text.match(/^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2}:\d{2})/);
    if (!found) return functions.qpoDate(value);
    var at = window.qpo.clockParts(new Date(found[0] + "Z"), true);
    return functions.qpoDate(at.date) + ", " + at.hours + " " + at.offset;
  };
  /* Tab is the browser's: it goes to the next link or control, not from cell to cell */
  functions.qpoTabOut = function (params) { return (params && params.editing && params.nextCellPosition) || false; };
  /* Ctrl+A ticks all rows where many can be ticked; elsewhere the library would warn that it cannot, so it is not asked */
  functions.qpoKeepSelectAll = function (params) {
    var event = params.event, ticks = params.api.getGridOption("rowSelection");
    var isAll = (event.ctrlKey || event.metaKey) && String(event.key).toLowerCase() === "a";
    return isAll && !params.editing && !(ticks && ticks.mode === "multiRow");
  };
  /* decimal strings sort as numbers; what is missing stands last */
  functions.qpoCompare = function (left, right, nodeLeft, nodeRight, isDescending) {
    var a = toNumber(left);
    var b = toNumber(right);
    if (a === null && b === null) return 0;
    if (a === null) return isDescending ? -1 : 1;
    if (b === null) return isDescending ? 1 : -1;
    return a - b;
  };

  /* One theme for all grids. The library takes its style sheets off the page with the last grid of a page and brings them
     back with the next: each time the whole page is styled anew. A standing entry in its list of grids keeps them. */
  var theme = null;
  function keepStyles() {
    (window.agStyleInjectionVersions || []).forEach(function (one) {
      if (one.grids) one.grids.set(functions, { styleContainer: document.head, paramsCss: theme._getParamsCss() });
    });
  }

  /* A grid that comes with its rows in it has told of its size before anybody listens: it is fitted a moment later. */
  var later = [];
  function fitSoon() {
    later.forEach(window.clearTimeout);
    later = [60, 600].map(function (wait_ms) { return window.setTimeout(fitAll, wait_ms); });
  }
  function fitAll() {
    document.querySelectorAll(".grid-q[id]").forEach(function (host) {
      var api = window.dash_ag_grid && host.querySelector(".ag-root") && window.dash_ag_grid.getApi(host.id);
      if (!api || !host.clientWidth || host.qpoFitted === host.clientWidth) return;
      host.qpoFitted = host.clientWidth;
      functions.qpoFit({ api: api, clientWidth: host.clientWidth });
    });
  }

  /* The grid's component asks for the chosen rows a moment after they have changed, also of a grid that has gone since. */
  functions.qpoLeft = function (place) {
    var last = place.api.getSelectedRows();
    place.api.getSelectedRows = function () { return last; };
  };

  functions.qpoTheme = function (agGrid) {
    fitSoon();
    if (theme) return theme;
    theme = agGrid.themeQuartz.withParams({
      accentColor: "var(--q-accent)",
      backgroundColor: "var(--q-surface)",
      foregroundColor: "var(--q-text)",
      borderColor: "var(--q-line)",
      chromeBackgroundColor: "var(--q-surface)",
      headerBackgroundColor: "var(--q-surface)",
      headerTextColor: "var(--q-text-muted)",
      headerFontSize: "var(--q-text-xs)",
      headerFontWeight: 500,
      headerHeight: "var(--q-head)",
      headerColumnResizeHandleColor: "transparent",
      headerColumnBorder: false,
      columnBorder: false,
      rowBorder: "1px solid var(--q-line)",
      rowHeight: "var(--q-row)",
      rowHoverColor: "var(--q-hover)",
      selectedRowBackgroundColor: "var(--q-selected)",
      oddRowBackgroundColor: "var(--q-surface)",
      cellTextColor: "var(--q-text)",
      dataFontSize: "var(--q-text-sm)",
      fontFamily: "var(--q-font)",
      fontSize: "var(--q-text-sm)",
      cellHorizontalPadding: 12,
      spacing: 6,
      wrapperBorder: false,
      wrapperBorderRadius: 0,
      checkboxBorderRadius: 3,
      checkboxCheckedBackgroundColor: "var(--q-accent)",
      checkboxUncheckedBorderColor: "var(--q-line-strong)",
      checkboxUncheckedBackgroundColor: "var(--q-surface)",
      tooltipBackgroundColor: "var(--q-raised)",
      tooltipTextColor: "var(--q-text)",
      browserColorScheme: "inherit"
    });
    keepStyles();
    return theme;
  };

  /* On narrow grids, columns marked as wide-only leave. */
  functions.qpoFit = function (params) {
    var api = params && params.api;
    if (!api || !api.getColumns || (api.isDestroyed && api.isDestroyed())) return;
    var columns = api.getColumns() || [];
    var body = document.querySelector("[grid-id='" + api.getGridId() + "']");
    var width = params.clientWidth || (body && body.clientWidth) || window.innerWidth;
    var show = [];
    var hide = [];
    var ticks = (api.getAllDisplayedColumns() || []).filter(function (column) { return !column.getColDef().field; });
    var room = ticks.reduce(function (left, column) { return left - column.getActualWidth(); }, width);
    columns.forEach(function (column) {
      var definition = column.getColDef();
      if (!definition.context || definition.context.narrow !== false) return;
      if (definition.hide) return; // shown and hidden by its page alone
      var fits = room >= (definition.context.narrowBelowPx || 620);
      if (fits !== column.isVisible()) (fits ? show : hide).push(column.getColId());
    });
    if (show.length) api.setColumnsVisible(show, true);
    if (hide.length) api.setColumnsVisible(hide, false);
    fitPinned(api, columns, width);
  };

  /* What is left over on a phone goes to the pinned column, whose names are the longest. */
  function fillNarrow(api, width) {
    var shown = api.getAllDisplayedColumns() || [];
    var pinned = shown.filter(function (column) { return column.isPinned() && column.getColDef().flex; })[0];
    if (!pinned || shown.some(function (column) { return column !== pinned && column.getColDef().flex; })) return;
    var free = width - 2;
    shown.forEach(function (column) { free -= column.getActualWidth(); });
    if (free > 0) api.setColumnWidths([{ key: pinned.getColId(), newWidth: pinned.getActualWidth() + free }]);
  }

  /* A pinned column does not flex by itself: it gets its width on phones, and its share of what is free elsewhere. */
  function fitPinned(api, columns, width) {
    if (api.isDestroyed && api.isDestroyed()) return;
    if (width < 620) {
      var narrow = [];
      columns.forEach(function (column) {
        var context = column.getColDef().context || {};
        var definition = column.getColDef();
        var own = context.narrowPx || (column.isPinned() && definition.flex ? definition.width : null); // not a tablet's
        if (own) narrow.push({ key: column.getColId(), newWidth: own });
      });
      if (narrow.length) api.setColumnWidths(narrow);
      fillNarrow(api, width);
      return;
    }
    var shown = api.getAllDisplayedColumns() || []; // nothing once the grid's page was left
    var pinned = shown.filter(function (column) { return column.isPinned() && column.getColDef().flex; })[0];
    if (!pinned) return;
    var free = width - 4;
    var flexes = pinned.getColDef().flex;
    shown.forEach(function (column) {
      var definition = column.getColDef();
      if (column !== pinned && definition.flex) flexes += definition.flex;
      if (column !== pinned) free -= definition.width || column.getActualWidth();
    });
    var base = pinned.getColDef().width || 180;
    var extra = Math.max(0, (free - base) * (pinned.getColDef().flex / flexes));
    var wanted = Math.floor(base + Math.min(extra, 260));
    if (wanted !== pinned.getActualWidth()) api.setColumnWidths([{ key: pinned.getColId(), newWidth: wanted }]);
  }

  function element(name, properties) {
    var children = Array.prototype.slice.call(arguments, 2);
    return window.React.createElement.apply(null, [name, properties].concat(children));
  }

  /* value: list of numbers -> line with a last dot */
  components.qpoSparkline = function (props) {
    var values = (props.value || []).map(Number).filter(Number.isFinite);
    if (values.length < 2) return MISSING;
    var low = Math.min.apply(null, values);
    var high = Math.max.apply(null, values);
    var span = high - low || 1;
    var points = values.map(function (value, index) {
      return (2 + (index * 88) / (values.length - 1)).toFixed(1) + "," + (20 - ((value - low) / span) * 16).toFixed(1);
    });
    var last = points[points.length - 1].split(",");
    var color = values[values.length - 1] >= values[0] ? "var(--q-up-fill)" : "var(--q-down-fill)";
    return element(
      "svg",
      { width: 96, height: 24, viewBox: "0 0 96 24", "aria-hidden": "true", style: { display: "block", marginTop: "calc((var(--q-row) - 26px) / 2)" } },
      element("polyline", { points: points.join(" "), fill: "none", stroke: color, strokeWidth: 1.4, strokeLinejoin: "round", strokeLinecap: "round" }),
      element("circle", { cx: last[0], cy: last[1], r: 2.2, fill: color })
    );
  };

  var WORDS = { ok: "OK", amber: "Near limit", red: "Breach", none: "Not checked" };
  function light(state, word) {
    return element(
      "span",
      { className: "light light-" + state },
      element("span", { className: "light-shape", "aria-hidden": "true" }),
      element("span", { className: "light-word" }, word || WORDS[state] || state)
    );
  }
  /* value: "ok" | "amber" | "red" | "none", or a count of breaches */
  function lightWord(value) {
    if (typeof value === "number") return value > 0 ? value + (value === 1 ? " breach" : " breaches") : WORDS.ok;
    return WORDS[value || "none"] || value;
  }
  components.qpoLight = function (props) {
    var value = props.value;
    if (typeof value === "number") return light(value > 0 ? "red" : "ok", lightWord(value));
    return value === "" ? MISSING : light(value || "none", lightWord(value)); // "": there is nothing to check
  };

  var STATES = {
    succeeded: ["tag-ok", "Finished"], optimal: ["tag-ok", "Optimal"], running: ["tag-info", "Running"], pending: ["", "Waiting"],
    failed: ["tag-bad", "Failed"], infeasible: ["tag-warn", "Infeasible"], cancelled: ["", "Cancelled"],
    active: ["tag-ok", "Active"], invited: ["tag-info", "Invited"], disabled: ["", "Disabled"], revoked: ["", "Revoked"], expired: ["tag-warn", "Expired"]
  };
  function statusWord(value) { return (STATES[value] || ["", value])[1] || MISSING; }
  components.qpoStatus = function (props) {
    return element("span", { className: "tag " + (STATES[props.value] || [""])[0] }, statusWord(props.value));
  };

  /* the state of a run: shape and the row's own words; a light's shapes, so that color is never alone */
  var RUN_LIGHTS = { succeeded: "ok", no_portfolio: "amber", failed: "red", cancelled: "none", pending: "none", running: "none" };
  function stateWord(value, row) { return (row && row.state_words) || value || MISSING; }
  /* what such cells say, for whoever reads a row that is not drawn (assets/take.js) */
  (window.qpo = window.qpo || {}).gridWords = { qpoLight: lightWord, qpoStatus: statusWord, qpoState: stateWord };
  components.qpoState = function (props) {
    var words = stateWord(props.value, props.data);
    return element(
      "span",
      { className: "light light-wrap light-" + (RUN_LIGHTS[props.value] || "none"), title: words },
      element("span", { className: "light-shape", "aria-hidden": "true" }),
      element("span", { className: "light-word" }, words)
    );
  };

  /* a value; on phones the day's change stands below it (the row's day_frac) */
  components.qpoValue = function (props) {
    var day = toNumber(props.data && props.data.day_frac);
    var color = day === null || day === 0 ? "" : day > 0 ? " is-up" : " is-down";
    return element(
      "div",
      { className: "grid-value num" },
      element("div", null, money(props.value, false, props)),
      element("small", { className: "grid-phone" + color }, day === null ? null : percent(day, 2, true))
    );
  };

  /* a sentence on up to two lines; the whole of it under the pointer */
  components.qpoLines = function (props) {
    return element("div", { className: "grid-lines", title: props.value || null }, props.value || MISSING);
  };

  /* two lines: name (a link if the row has href) and the row's note */
  components.qpoName = function (props) {
    var row = props.data || {};
    var name = row.href ? element("a", { href: row.href, onClick: follow }, props.value) : element("span", null, props.value);
    var sample = row.is_sample ? element("span", { className: "grid-sample" }, row.note ? "Sample, fictitious · " : "Sample, fictitious") : null;
    var below = sample || row.note ? element("small", { title: row.note || null }, sample, row.note) : null;
    return element("div", { className: "grid-name" }, element("div", { title: props.value || null }, name), below);
  };

  /* links inside cells stay inside the page, unless a new tab is asked for */
  function follow(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    window.history.pushState({}, "", event.currentTarget.getAttribute("href"));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  /* a weight with a bar of its share of the column's largest */
  components.qpoBar = function (props) {
    var value = toNumber(props.value);
    var largest = 0;
    props.api.forEachNode(function (node) {
      largest = Math.max(largest, Math.abs(toNumber(node.data && node.data[props.colDef.field]) || 0));
    });
    var share = value === null || largest === 0 ? 0 : Math.abs(value) / largest;
    return element(
      "div",
      { className: "grid-bar num" },
      element("i", { style: { width: share * 100 + "%", background: value < 0 ? "var(--q-down-fill)" : "var(--q-series-1)" } }),
      element("span", null, percent(value, 1, false))
    );
  };
})();
