// Nothing here is needed to read the report: it closes an open list by Esc or a click outside without moving the page,
// and unfolds tables for print.
"use strict";
(function () {
  const open = () => { const sheet = location.hash && document.getElementById(location.hash.slice(1)); return sheet && sheet.classList.contains("sheet") ? sheet : null; };
  const close = (sheet) => {
    const place = [scrollX, scrollY], link = sheet.querySelector(".close");
    location.hash = link.getAttribute("href");
    scrollTo(...place);
    const back = document.querySelector(link.getAttribute("href") + " a");
    if (back) back.focus({preventScroll: true});
  };
  addEventListener("keydown", (event) => { const sheet = open(); if (sheet && event.key === "Escape") close(sheet); });
  addEventListener("click", (event) => {
    const sheet = open();
    if (!sheet) return;
    const link = event.target.closest("a");
    if (link && link.classList.contains("close") || !link && !sheet.contains(event.target)) { event.preventDefault(); close(sheet); }
  });
  addEventListener("hashchange", () => { const sheet = open(); if (sheet) { sheet.tabIndex = -1; sheet.focus({preventScroll: true}); } });
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((fold) => { fold.open = true; }));
})();
