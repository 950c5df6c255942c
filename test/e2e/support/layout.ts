// What can be seen of the panel's page only from inside of it.
import type { Frame, Locator } from "playwright-core";

/** What of the page sticks out of it sideways, or would be scrolled sideways; code and tables may. */
export function sideways(frame: Frame): Promise<readonly string[]> {
  return frame.evaluate(() => {
    const isExempt = (element: Element): boolean => element.closest("pre, .table-box, .visually-hidden") !== null;
    const isOut = (element: Element): boolean => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return width > 0 && height > 0 && (left < -1 || right > innerWidth + 1);
    };
    const isScrolled = (element: Element): boolean => element.scrollWidth > element.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(element).overflowX);
    return [...document.querySelectorAll("html, body *")].filter((element) => !isExempt(element) && (isOut(element) || isScrolled(element))).map((element) => `${element.tagName} ${element.className}`);
  });
}

/** What has been scrolled down, as a program can and a person cannot: there is more of it than is ever seen. */
export function scrolledByForce(frame: Frame): Promise<readonly string[]> {
  return frame.evaluate(() => {
    const isHidden = (element: Element): boolean => element === document.scrollingElement || getComputedStyle(element).overflowY === "hidden";
    return [...document.querySelectorAll("html, body *")].filter((element) => element.scrollTop !== 0 && isHidden(element)).map((element) => `${element.tagName} ${element.className}`);
  });
}

/** What moves by itself, those of the component library's own trees included; what follows the scrolling is no motion. */
export function moving(frame: Frame): Promise<readonly string[]> {
  return frame.evaluate(() => {
    const trees = [document, ...[...document.querySelectorAll("*")].flatMap((element) => element.shadowRoot ?? [])];
    const running = trees.flatMap((tree) => tree.getAnimations()).filter(({ timeline, playState }) => timeline instanceof DocumentTimeline && playState === "running");
    return [...new Set(running.map(({ effect }) => (effect as KeyframeEffect | null)?.target?.tagName.toLowerCase() ?? "?"))]; // CSS makes no others
  });
}

/** What scrolls smoothly. */
export function smooth(frame: Frame): Promise<readonly string[]> {
  return frame.evaluate(() => [...document.querySelectorAll("*")].filter((element) => getComputedStyle(element).scrollBehavior === "smooth").map((element) => `${element.tagName} ${element.className}`));
}

/**
 * What lies over the middle of the element wherever it is scrolled to; undefined where a person could press it. (A trial click of
 * Playwright's does press, and only keeps the page from hearing of it; now and then it hears.)
 */
export function inTheWayOf(target: Locator): Promise<string | undefined> {
  return target.evaluate((element) => {
    const root = element.getRootNode();
    if (!(root instanceof Document || root instanceof ShadowRoot)) return "it has left the page";
    let inTheWay: string | undefined;
    for (const block of ["nearest", "center", "start", "end"] as const) {
      element.scrollIntoView({ block, inline: "nearest", behavior: "instant" });
      const { left, top, width, height } = element.getClientRects()[0] ?? new DOMRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const met = root.elementFromPoint(x, y);
      if (met !== null && width > 0 && height > 0 && element.contains(met)) return undefined;
      inTheWay ??= `${met === null ? "nothing" : `${met.tagName} ${met.className}`} at ${x}, ${y} of ${innerWidth} × ${innerHeight}`;
    }
    return inTheWay;
  });
}
