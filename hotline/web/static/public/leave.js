// Leaving quickly: the link works without this. With it the page blanks at once and leaves no entry to come back to;
// Escape does the same.
"use strict";
const leave = document.getElementById("leave");
function go(event) {
  event.preventDefault();
  document.body.classList.add("left");
  document.title = "";
  window.location.replace(leave.href);
}
leave.addEventListener("click", go);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") go(event); });
