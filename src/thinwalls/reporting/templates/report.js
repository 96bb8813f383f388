"use strict";
(function () {
  const specs = JSON.parse(document.getElementById("specs").textContent);
  const options = JSON.parse(document.getElementById("options").textContent);
  for (const [id, spec] of Object.entries(specs)) {
    const place = document.getElementById(id);
    const picture = place.innerHTML;
    window
      .vegaEmbed(place, spec, options)
      .then(function () {
        const menu = place.querySelector("summary");
        menu.setAttribute("aria-label", menu.title || options.i18n.CLICK_TO_VIEW_ACTIONS);
      })
      .catch(function () {
        place.innerHTML = picture;
      });
  }
  const closed = [];
  window.addEventListener("beforeprint", function () {
    for (const details of document.querySelectorAll("main details:not([open])")) {
      if (!details.closest(".vega-embed")) {
        details.open = true;
        closed.push(details);
      }
    }
  });
  window.addEventListener("afterprint", function () {
    for (const details of closed.splice(0)) {
      details.open = false;
    }
  });
})();
