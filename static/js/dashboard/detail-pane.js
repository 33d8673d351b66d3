/**
 * The detail pane: fetches the record being read, or holds what is behind a key figure.
 */

import { html } from "../lib/dom.js";
import { isAbort } from "../lib/http.js";
import { recordDetail } from "./detail.js";
import { failure, skeleton } from "./notices.js";

/** @typedef {import("./records.js").Resource} Resource */

export class DetailPane {
  /**
   * @param {HTMLElement} container
   * @param {import("./api.js").Api} api
   */
  constructor(container, api) {
    this.container = container;
    this.api = api;
    this.abort = new AbortController();
  }

  /**
   * @param {string} key "incidents/<id>"
   * @param {{timeZone: string, open: (key: string) => void, approach?: () => void}} page
   */
  async showRecord(key, page) {
    this.cancel();
    const { signal } = this.abort;
    this.container.replaceChildren(skeleton());
    try {
      const record = await this.api.record(key, signal);
      const resource = /** @type {Resource} */ (key.split("/")[0]);
      this.put(recordDetail(resource, record, { ...page, api: this.api.root }));
    } catch (error) {
      if (isAbort(error)) return;
      this.container.replaceChildren(failure(/** @type {Error} */ (error), () => this.showRecord(key, page)));
    }
  }

  /**
   * @param {string} title
   * @param {HTMLElement} content
   */
  explain(title, content) {
    this.cancel();
    this.put([html("header", { class: "detail-head" }, html("h2", { tabindex: "-1" }, title)), content]);
  }

  /** Give up a record that is still on its way. */
  cancel() {
    this.abort.abort();
    this.abort = new AbortController();
  }

  /** @param {HTMLElement[]} nodes the first holds the heading, which takes the focus */
  put(nodes) {
    this.container.replaceChildren(...nodes);
    this.container.scrollTop = 0;
    /** @type {HTMLElement | null} */ (this.container.querySelector("h2"))?.focus({ preventScroll: true });
  }
}
