/** A page as far as the modules under test need one: English, no catalogue. Import this first. */

globalThis.document = /** @type {any} */ ({ documentElement: { lang: "en", dir: "ltr" }, getElementById: () => null });

export const scripts = new URL("../../static/js/", import.meta.url);
