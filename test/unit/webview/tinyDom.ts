// As much of a DOM as Preact needs to render into, so that views can be tested in plain Node. It has no events of its own, and
// no layout but the heights a test gives it; what it lacks throws or is undefined, never a quiet wrong answer.

/** A node of the tiny document. `tag` is `#text` for text. */
export class TinyNode {
  readonly childNodes: TinyNode[] = [];
  readonly attributes = new Map<string, string>();
  readonly listeners = new Map<string, Set<(event: unknown) => void>>();
  readonly style: Record<string, string> = {};
  readonly nodeType: number;
  readonly namespaceURI: string;
  parentNode: TinyNode | null = null;
  #data = "";
  #scrollTop = 0;

  constructor(
    readonly tag: string,
    data = "",
  ) {
    this.nodeType = tag === "#text" ? 3 : 1;
    this.namespaceURI = "http://www.w3.org/1999/xhtml";
    this.#data = data;
  }

  get ownerDocument(): typeof tinyDocument {
    return tinyDocument;
  }

  get localName(): string {
    return this.tag;
  }

  get data(): string {
    return this.#data;
  }

  set data(text: string) {
    this.#data = text;
    changes.push(this);
  }

  get firstChild(): TinyNode | null {
    return this.childNodes[0] ?? null;
  }

  get nextSibling(): TinyNode | null {
    const siblings = this.parentNode?.childNodes ?? [];
    return siblings[siblings.indexOf(this) + 1] ?? null;
  }

  get textContent(): string {
    return this.tag === "#text" ? this.data : this.childNodes.map((child) => child.textContent).join("");
  }

  contains(node: TinyNode | null): boolean {
    for (let current = node; current !== null; current = current.parentNode) if (current === this) return true;
    return false;
  }

  insertBefore(node: TinyNode, before: TinyNode | null): TinyNode {
    node.remove();
    const index = before === null ? this.childNodes.length : this.childNodes.indexOf(before);
    if (index < 0) throw new Error("insertBefore: the reference node is not a child");
    this.childNodes.splice(index, 0, node);
    node.parentNode = this;
    changes.push(node);
    return node;
  }

  appendChild(node: TinyNode): TinyNode {
    return this.insertBefore(node, null);
  }

  removeChild(node: TinyNode): TinyNode {
    node.remove();
    return node;
  }

  remove(): void {
    const siblings = this.parentNode?.childNodes;
    if (siblings === undefined) return;
    siblings.splice(siblings.indexOf(this), 1);
    this.parentNode = null;
    changes.push(this);
  }

  setAttribute(name: string, value: unknown): void {
    this.attributes.set(name, String(value));
    changes.push(this);
  }

  removeAttribute(name: string): void {
    this.attributes.delete(name);
    changes.push(this);
  }

  addEventListener(type: string, listener: (event: unknown) => void): void {
    this.listeners.set(type, (this.listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: (event: unknown) => void): void {
    this.listeners.get(type)?.delete(listener);
  }

  dispatch(type: string, event: unknown = {}): void {
    this.listeners.get(type)?.forEach((listener) => listener.call(this, event));
  }

  getAttribute(name: string): string | null {
    return this.attributes.get(name) ?? null;
  }

  get children(): readonly TinyNode[] {
    return this.childNodes.filter((child) => child.nodeType === 1);
  }

  get clientHeight(): number {
    return layout.viewport;
  }

  get scrollHeight(): number {
    return layout.heightOf(this);
  }

  get scrollTop(): number {
    return Math.max(0, Math.min(this.#scrollTop, this.scrollHeight - this.clientHeight));
  }

  set scrollTop(top: number) {
    this.#scrollTop = top;
  }

  /** All elements below with this tag, in order. */
  all(tag: string): readonly TinyNode[] {
    return this.childNodes.flatMap((child) => [...(child.tag === tag ? [child] : []), ...child.all(tag)]);
  }

  /** Markup for comparing; it is made to be read, not parsed. */
  get html(): string {
    if (this.tag === "#text") return this.data;
    const attributes = [...this.attributes].map(([name, value]) => ` ${name}="${value}"`).join("");
    return `<${this.tag}${attributes}>${this.childNodes.map((child) => child.html).join("")}</${this.tag}>`;
  }
}

/** How high things are. */
export interface TinyLayout {
  readonly viewport: number;
  readonly heightOf: (node: TinyNode) => number;
}

const NO_LAYOUT: TinyLayout = { viewport: 0, heightOf: () => 0 };
let layout = NO_LAYOUT;

/** Gives the document heights, until it is called without any. */
export function setTinyLayout(next: TinyLayout = NO_LAYOUT): void {
  layout = next;
}

const changes: TinyNode[] = [];

const tinyDocument = {
  createElementNS: (_namespace: string, tag: string) => new TinyNode(tag),
  createTextNode: (text: string) => new TinyNode("#text", text),
};

/** The nodes that were touched since the last call. */
export function takeChanges(): readonly TinyNode[] {
  return changes.splice(0);
}

/** An element to render into. */
export function createTinyRoot(): TinyNode & Element {
  return new TinyNode("root") as TinyNode & Element; // Preact uses no more of an element than TinyNode has
}
