/**
 * The side panel (list | detail) of a wide screen and the bottom sheet (list | detail | filters) of a phone: the same
 * elements, laid out by the style sheet.
 */

/** @typedef {"list" | "detail" | "filters"} Pane */

const HEIGHTS = /** @type {const} */ (["peek", "half", "full"]);
const DRAG = 24; // pixels before a touch counts as a drag

export class Panes {
  /**
   * @param {HTMLElement} sheet holds every [data-pane]; [data-show-pane] buttons anywhere choose one
   */
  constructor(sheet) {
    this.sheet = sheet;
    /** @type {Pane} */
    this.pane = "list";
    /** @type {(pane: Pane) => void} */
    this.onChoose = () => {};
    /** Called when the map's room has changed. */
    this.onResize = () => {};
    this.phone = window.matchMedia("(max-width: 760px)");
    document.addEventListener("click", (event) => {
      const away = /** @type {HTMLElement} */ (event.target).closest("[data-panel-away]");
      if (away) this.putAway(away);
      const button = /** @type {HTMLElement} */ (event.target).closest("[data-show-pane]");
      if (button) this.choose(/** @type {Pane} */ (button.getAttribute("data-show-pane")));
    });
    this.handle(/** @type {HTMLElement} */ (sheet.querySelector("[data-sheet-handle]")));
    this.phone.addEventListener("change", () => this.show(this.pane));
    this.show("list");
    this.raise("peek");
  }

  /** @param {Pane} pane */
  choose(pane) {
    this.bringBack();
    const again = pane === this.pane && this.height !== "peek";
    this.show(pane);
    this.raise(again && this.phone.matches ? "peek" : "half");
    this.onChoose(pane);
  }

  /**
   * Show a pane; on a wide screen the filters are always there and the panel keeps what it has.
   * @param {Pane} pane
   */
  show(pane) {
    this.pane = pane;
    const inPanel = pane === "filters" && !this.phone.matches ? "list" : pane;
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.sheet.querySelectorAll("[data-pane]"))) {
      const name = element.dataset.pane;
      element.hidden = this.phone.matches ? name !== pane : name !== "filters" && name !== inPanel;
    }
    for (const button of document.querySelectorAll("[data-show-pane]")) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-show-pane") === inPanel));
    }
  }

  /**
   * On a wide screen: give the panel's room to the map, or take it back.
   * @param {Element} button
   */
  putAway(button) {
    const away = this.sheet.parentElement?.classList.toggle("is-wide") ?? false;
    button.setAttribute("aria-pressed", String(away));
    this.onResize();
  }

  /** Show the panel again if it was put away. */
  bringBack() {
    const button = document.querySelector('[data-panel-away][aria-pressed="true"]');
    if (button) this.putAway(button);
  }

  /**
   * How much of the map lies under the panel or the sheet, in pixels.
   * @returns {{right: number, bottom: number}}
   */
  covered() {
    if (this.phone.matches)
      return { right: 0, bottom: this.height === "half" ? this.sheet.parentElement?.clientHeight * 0.55 : 0 };
    const over =
      window.matchMedia("(max-width: 1360px)").matches && !this.sheet.parentElement?.classList.contains("is-wide");
    return { right: over ? (this.sheet.querySelector(".panel:not([hidden])")?.clientWidth ?? 0) : 0, bottom: 0 };
  }

  get height() {
    return /** @type {(typeof HEIGHTS)[number]} */ (this.sheet.dataset.height ?? "peek");
  }

  /** @param {(typeof HEIGHTS)[number]} height */
  raise(height) {
    this.sheet.dataset.height = height;
    const handle = this.sheet.querySelector("[data-sheet-handle]");
    handle?.setAttribute("aria-expanded", String(height !== "peek"));
  }

  /**
   * Tapping the handle steps through the heights; dragging goes one up or down.
   * @param {HTMLElement} handle
   */
  handle(handle) {
    let from = 0;
    let dragged = false;
    handle.addEventListener("pointerdown", (event) => {
      from = event.clientY;
      dragged = false;
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointerup", (event) => {
      const distance = event.clientY - from;
      if (Math.abs(distance) < DRAG) return;
      dragged = true;
      const step = HEIGHTS.indexOf(this.height) + (distance < 0 ? 1 : -1);
      this.raise(HEIGHTS[Math.max(0, Math.min(step, HEIGHTS.length - 1))]);
    });
    handle.addEventListener("click", () => {
      if (!dragged) this.raise(HEIGHTS[(HEIGHTS.indexOf(this.height) + 1) % HEIGHTS.length]);
      dragged = false;
    });
  }
}
