// What every page needs: menus that close, and pages that htmx was told to leave.
"use strict";

// On a narrow screen the bar is wider than the screen: the page that one is on stays in sight.
for (const here of document.querySelectorAll(".nav [aria-current]")) {
  here.parentElement.scrollLeft = here.offsetLeft - (here.parentElement.clientWidth - here.offsetWidth) / 2;
}

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open], details.confirm[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open], details.confirm[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A refused or failed request of htmx is said aloud; its text is in the answer's page.
document.addEventListener("htmx:responseError", (event) => {
  const answer = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
  const said = answer.querySelector(".said");
  const place = document.getElementById("said");
  place.textContent = said ? said.textContent : event.detail.xhr.statusText;
  place.className = "toast notice notice-error";
});
document.addEventListener("htmx:sendError", () => {
  const place = document.getElementById("said");
  place.textContent = document.documentElement.lang === "en" ? "The server does not answer." : "Máy chủ không trả lời.";
  place.className = "toast notice notice-error";
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) document.getElementById("said").className = "again";
});
