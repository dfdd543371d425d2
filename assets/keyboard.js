/* Keys, menus and dialogs: `/` searches, `g` and a letter goes, `t` switches the theme, `h` hides amounts, `?` lists the keys, Esc closes. */
(function () {
  "use strict";
  var qpo = window.qpo;
  var goUntil = 0;
  var opener = null;

  function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function shownOf(selector) {
    return Array.prototype.find.call(document.querySelectorAll(selector), function (node) { return node.offsetParent !== null; });
  }

  /* the letters of the rail, of what this person may open */
  function places() {
    var root = document.getElementById("shell-root");
    return root ? JSON.parse(root.getAttribute("data-places") || "{}") : {};
  }

  function go(path) {
    var links = document.querySelectorAll("#shell-rail a[href]");
    for (var i = 0; i < links.length; i += 1) {
      if (links[i].getAttribute("href") === path) {
        links[i].click();
        return;
      }
    }
  }

  /* Enter on a cell follows the link that names its row; pinned cells stand in another part of the grid. */
  function openRow(cell) {
    var row = cell.closest(".ag-row");
    var grid = cell.closest(".ag-root");
    var link = row && grid && grid.querySelector(".ag-row[row-index='" + row.getAttribute("row-index") + "'] .grid-name a[href]");
    if (link) link.click();
  }

  function focusables(box) {
    return Array.prototype.filter.call(
      box.querySelectorAll("a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select, textarea, [tabindex='0']"),
      function (node) { return node.offsetParent !== null; }
    );
  }

  function openDialog() {
    return Array.prototype.slice.call(document.querySelectorAll(".dialog.is-open")).pop();
  }

  function showKeys(yes) {
    var keys = document.getElementById("shell-keys");
    if (!keys) return;
    keys.classList.toggle("is-open", yes);
    keys.setAttribute("aria-hidden", yes ? "false" : "true");
    if (yes) {
      opener = document.activeElement;
      keys.querySelector(".dialog-box").focus();
    } else if (opener) {
      opener.focus();
      opener = null;
    }
  }

  function closeDialog(dialog) {
    if (dialog.id === "shell-keys") {
      showKeys(false);
      return;
    }
    var cancel = dialog.querySelector("[data-dialog-cancel]");
    if (cancel) cancel.click();
  }

  function closeMenus(except) {
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (menu !== except) menu.removeAttribute("open");
    });
  }

  document.addEventListener("keydown", function (event) {
    var dialog = openDialog();
    if (event.key === "Escape") {
      var menu = document.querySelector("details.menu[open]");
      if (dialog) closeDialog(dialog);
      else if (menu) {
        closeMenus(null);
        menu.querySelector("summary").focus();
      }
      return;
    }
    if (event.key === "Tab" && dialog) {
      var stops = focusables(dialog);
      if (stops.length === 0) return;
      var first = stops[0];
      var last = stops[stops.length - 1];
      var inside = dialog.contains(document.activeElement);
      if (event.shiftKey && (document.activeElement === first || !inside)) {
        event.preventDefault();
        last.focus();
      } else if (!event.shiftKey && (document.activeElement === last || !inside)) {
        event.preventDefault();
        first.focus();
      }
      return;
    }
    if (event.key === "Enter" && event.target.matches(".dash-range-slider-input")) {
      event.target.blur(); // Dash takes the number beside a slider only when the focus leaves it
      event.target.focus();
      return;
    }
    if (event.key === "Enter" && event.target.classList.contains("ag-cell")) {
      openRow(event.target);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialog) return;
    if (event.timeStamp < goUntil && places()[event.key]) { // when it was pressed, however long the page took to hear it
      goUntil = 0;
      event.preventDefault();
      go(places()[event.key]);
    } else if (event.key === "g") {
      goUntil = event.timeStamp + 1500;
    } else if (event.key === "/") {
      var search = shownOf("[data-search] input, input[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    } else if (event.key === "?") {
      showKeys(true);
    } else if (event.key === "t" && qpo) {
      qpo.theme.toggle();
    } else if (event.key === "h" && qpo) {
      qpo.amounts.toggle();
    }
  });

  document.addEventListener("click", function (event) {
    var target = event.target;
    var menu = target.closest("details.menu");
    closeMenus(menu);
    if (menu && target.closest(".menu-panel a, .menu-panel .menu-item")) menu.removeAttribute("open");
    if (target.closest("#shell-keys-close") || target.id === "shell-keys") showKeys(false);
    else if (target.classList.contains("dialog")) closeDialog(target);
    var twin = target.closest("[data-twin-toggle]");
    if (twin) {
      var chart = twin.closest(".chart");
      var isTable = chart.getAttribute("data-twin") === "table";
      chart.setAttribute("data-twin", isTable ? "plot" : "table");
      twin.setAttribute("aria-pressed", isTable ? "false" : "true");
      if (isTable) window.dispatchEvent(new Event("resize"));
    }
    var close = target.closest(".toast-close");
    if (close) dismiss(close.closest(".toast-q"));
    else if (target.closest(".toast-actions button")) dismiss(target.closest(".toast-q")); // what was undone is no offer any more
  });

  /* Dialogs that pages open get the focus, and give it back. */
  var focusBefore = null;
  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      var node = change.target;
      if (!node.classList || !node.classList.contains("dialog") || node.id === "shell-keys") return;
      var was = (change.oldValue || "").indexOf("is-open") >= 0;
      var is = node.classList.contains("is-open");
      if (is && !was) {
        focusBefore = document.activeElement;
        var target = node.querySelector("[data-autofocus] input, input[data-autofocus], [data-autofocus]") || node.querySelector(".dialog-body input, .dialog-body select") || node.querySelector(".dialog-box");
        if (target) target.focus();
      } else if (was && !is && focusBefore && document.contains(focusBefore)) {
        focusBefore.focus();
      }
    });
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["class"], attributeOldValue: true, subtree: true });

  /* Toasts leave by themselves, but not under the pointer and not while they hold the focus. */
  function dismiss(toast) {
    if (!toast || toast.hasAttribute("data-leaving")) return;
    toast.setAttribute("data-leaving", "");
    window.setTimeout(function () { toast.style.display = "none"; }, 260);
  }

  window.setInterval(function () {
    document.querySelectorAll(".toast-q[data-leave-ms]:not([data-leaving])").forEach(function (toast) {
      if (toast.matches(":hover") || toast.contains(document.activeElement)) {
        toast.qpoSince = Date.now();
        return;
      }
      toast.qpoSince = toast.qpoSince || Date.now();
      if (Date.now() - toast.qpoSince > Number(toast.getAttribute("data-leave-ms"))) dismiss(toast);
    });
  }, 500);
})();
