/* Asks before what nothing takes back: a press on a button with `data-confirm` waits until it is confirmed. */
(function () {
  "use strict";
  var waiting = null; // the button whose press is being asked about
  var isConfirmed = false;

  function made(name, className, parent) {
    var node = document.createElement(name);
    node.className = className;
    parent.appendChild(node);
    return node;
  }

  function pressable(text, className, parent) {
    var node = made("button", className, parent);
    node.type = "button";
    node.textContent = text;
    return node;
  }

  function box() {
    var found = document.getElementById("ask-first");
    if (found) return found;
    var frame = made("div", "dialog", document.body);
    frame.id = "ask-first";
    var inside = made("div", "dialog-box", frame);
    inside.tabIndex = -1;
    inside.setAttribute("role", "alertdialog");
    inside.setAttribute("aria-modal", "true");
    inside.setAttribute("aria-labelledby", "ask-first-title");
    inside.setAttribute("aria-describedby", "ask-first-why");
    made("h2", "", made("div", "dialog-head", inside)).id = "ask-first-title";
    made("p", "muted", made("div", "dialog-body", inside)).id = "ask-first-why";
    var foot = made("div", "dialog-foot", inside);
    var no = pressable("Cancel", "btn-q btn-q-secondary", foot);
    no.setAttribute("data-dialog-cancel", "");
    no.setAttribute("data-autofocus", "");
    no.addEventListener("click", close);
    var yes = pressable("", "btn-q btn-q-danger", foot);
    yes.id = "ask-first-yes";
    yes.addEventListener("click", confirmed);
    return frame;
  }

  function close() {
    waiting = null;
    box().className = "dialog";
  }

  /* the table may have been drawn anew meanwhile: the button is then found again by its id, or was taken away */
  function confirmed() {
    var button = waiting && (document.contains(waiting) ? waiting : waiting.id && document.getElementById(waiting.id));
    close();
    if (!button) return;
    isConfirmed = true;
    try {
      button.click();
    } finally {
      isConfirmed = false;
    }
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-confirm]");
    if (!button || isConfirmed || button.disabled) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waiting = button;
    var frame = box();
    document.getElementById("ask-first-title").textContent = button.getAttribute("data-confirm");
    document.getElementById("ask-first-why").textContent = button.getAttribute("data-confirm-why");
    document.getElementById("ask-first-yes").textContent = button.getAttribute("data-confirm-yes");
    frame.className = "dialog is-open";
  }, true);
})();
