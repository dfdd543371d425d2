/* A table that nobody sees yet is made when it is seen: it costs a fifth of a change of page, and most who open the page
   never turn to it. What the page tells the table meanwhile stands in it from its first moment. Tables ask for this by
   their class `grid-when-seen`; scripts that want such a table's interface find none before it is seen. */
(function () {
  "use strict";
  var library = window.dash_ag_grid, react = window.React;
  if (!library || !react || !window.IntersectionObserver) return;

  function isHeld(props) { return /\bgrid-when-seen\b/.test(props.className || ""); }

  function WhenSeen(props) {
    var place = react.useRef(null);
    var shown = react.useState(!isHeld(props)), isShown = shown[0], show = shown[1];
    react.useEffect(function () {
      if (isShown) return undefined;
      var watch = new IntersectionObserver(function (found) {
        if (found.some(function (one) { return one.isIntersecting; })) show(true);
      });
      watch.observe(place.current);
      return function () { watch.disconnect(); };
    }, [isShown]);
    if (isShown) return react.createElement(library.AgGrid, props);
    return react.createElement("div", { id: props.id, ref: place, className: props.className, style: props.style });
  }

  window.dash_ag_grid = Object.assign({}, library, { AgGrid: Object.assign(WhenSeen, library.AgGrid) });
})();
