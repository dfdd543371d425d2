/* The page of data quality: keys that accept, reject and undo. */
(function () {
  "use strict";
  var pressedGo = 0;

  document.addEventListener("keydown", function (event) {
    if (event.key === "g") {
      pressedGo = Date.now();
      return;
    }
    var target = event.target;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || Date.now() - pressedGo < 1500) return;
    if (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox") return;
    if (document.querySelector(".dialog.is-open")) return;
    var box = document.getElementById("quality-actions");
    var button = box && /^[aru]$/.test(event.key) && box.querySelector("[data-key='" + event.key + "']");
    if (button && button.offsetParent !== null && !button.disabled) {
      event.preventDefault();
      button.click();
    }
  });
})();
