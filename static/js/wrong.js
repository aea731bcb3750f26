// The summary of what is wrong has the focus. `autofocus` does not see to it where the address
// still names the field that was mended before.

document.querySelector(".ds-error-summary[autofocus]")?.focus();
