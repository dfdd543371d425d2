/* Sparing the browser work that changes nothing: every part that arrives on a page asks Dash's renderer to forget what
   it remembers of that place, and each of these wishes has the whole page look at itself once more: with thousands of
   parts seconds go by. Where nothing is remembered there is nothing to forget, and the wish is passed over. */
(function () {
  "use strict";
  var stores = (window.dash_stores = window.dash_stores || []);

  function isIdle(store, action) {
    if (!action || action.type !== "RESET_COMPONENT_STATE" || !action.payload) return false;
    var path = action.payload.itempath;
    var hashes = store.getState().layoutHashes;
    if (!Array.isArray(path) || !hashes) return false;
    var place = path.join(",");
    for (var key in hashes) if (key.indexOf(place) === 0) return false;
    return true;
  }

  function spare(store) {
    var dispatch = store.dispatch;
    store.dispatch = function (action) {
      return isIdle(store, action) ? action : dispatch.apply(store, arguments);
    };
  }

  stores.forEach(spare);
  stores.push = function (store) {
    spare(store);
    return Array.prototype.push.call(this, store);
  };
})();
