// SPDX-License-Identifier: Apache-2.0

/** A finding as the page knows it. */
export interface ShownFinding {
  readonly id: string;
  readonly gate: string;
  readonly rule: string;
  readonly level: string;
  readonly place: string;
  readonly message: string;
  readonly subject: string;
  readonly remedy: string;
  readonly excerpt?: string;
  readonly owner?: string;
  readonly references?: readonly string[];
  /** Why it does not count; absent for an open one. */
  readonly waived?: string;
}

export interface PageData {
  readonly findings: readonly ShownFinding[];
  readonly rules: Readonly<Record<string, { readonly title: string; readonly why: string }>>;
}

/**
 * What runs in the browser, out of its own source text: it may use nothing from outside of it. All text of users becomes
 * text nodes, and links are made of https addresses alone.
 */
export function runPage(): void {
  const byId = (id: string): HTMLElement => document.querySelector<HTMLElement>(`#${CSS.escape(id)}`) ?? document.body;
  const data = JSON.parse(byId('data').textContent ?? '') as PageData;
  const form = byId('filters') as HTMLFormElement;
  const list = byId('list');
  const count = byId('count');
  const search = byId('q') as HTMLInputElement;
  const fields = [...form.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input, select')];
  const CHUNK = 150;
  let drawing = 0;

  const make = (tag: string, text = '', className = ''): HTMLElement => {
    const element = document.createElement(tag);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  const draw = (finding: ShownFinding): HTMLElement => {
    const article = make('article', '', finding.waived ? 'waived' : '');
    article.id = `finding-${finding.id}`;
    article.tabIndex = -1;
    const head = make('header');
    const level = finding.waived ? `waived ${finding.level}` : finding.level;
    const link = make('a', 'link', 'permalink') as HTMLAnchorElement;
    link.href = `#finding-${finding.id}`;
    link.setAttribute('aria-label', `Link to this finding in ${finding.place}`);
    head.append(
      make('strong', level, finding.level),
      make('code', finding.place),
      make('code', finding.rule, 'faint'),
      link,
    );
    article.append(head, make('h3', finding.message));
    if (finding.excerpt) article.append(make('pre', finding.excerpt));
    article.append(make('p', `→ ${finding.remedy}`));
    if (finding.waived) article.append(make('p', finding.waived, 'faint'));
    if (finding.owner) article.append(make('p', `Owner: ${finding.owner}`, 'faint'));
    const rule = data.rules[finding.rule];
    if (rule) {
      const why = make('details');
      why.append(make('summary', rule.title), make('p', rule.why));
      article.append(why);
    }
    for (const reference of finding.references ?? []) {
      if (!reference.startsWith('https://')) continue;
      const anchor = make('a', reference) as HTMLAnchorElement;
      anchor.href = reference;
      anchor.rel = 'noreferrer noopener';
      article.append(anchor, document.createTextNode(' '));
    }
    return article;
  };

  const textOf = (finding: ShownFinding): string =>
    [finding.message, finding.rule, finding.place, finding.subject, finding.remedy, finding.owner ?? '']
      .join('\n')
      .toLowerCase();
  const texts = data.findings.map(textOf);

  const wanted = (): ShownFinding[] => {
    const valueOf = (name: string): string => fields.find((field) => field.name === name)?.value ?? '';
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const is = (name: string, value: string): boolean => ['', value].includes(valueOf(name));
    return data.findings.filter(
      (finding, at) =>
        is('gate', finding.gate) &&
        is('level', finding.level) &&
        is('rule', finding.rule) &&
        is('status', finding.waived ? 'waived' : 'open') &&
        words.every((word) => texts[at]?.includes(word)),
    );
  };

  const show = (): void => {
    const found = wanted();
    const round = ++drawing;
    const total = data.findings.length;
    const [shown, all] = [found.length, total].map((number) => number.toLocaleString('en-US'));
    count.textContent =
      found.length === total ? `${all} ${total === 1 ? 'finding' : 'findings'}` : `${shown} of ${all} findings`;
    list.replaceChildren();
    const more = (from: number): void => {
      if (round !== drawing) return;
      list.append(...found.slice(from, from + CHUNK).map(draw));
      if (from + CHUNK < found.length) requestAnimationFrame(() => more(from + CHUNK));
      else goToTarget();
    };
    more(0);
  };

  /** What is printed is what the filters let through, all of it. */
  const showAllNow = (): void => {
    drawing++;
    list.replaceChildren(...wanted().map(draw));
  };

  const goToTarget = (): void => {
    if (!location.hash.startsWith('#finding-')) return;
    const target = byId(location.hash.slice(1));
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  };

  const clear = (): void => {
    for (const field of fields) field.value = '';
  };

  /** The address holds either the filters, to come back to, or one finding, which is shown whatever was filtered. */
  const readAddress = (): boolean => {
    const { hash } = location;
    if (hash.startsWith('#finding-')) {
      if (!wanted().some(({ id }) => hash === `#finding-${id}`)) clear();
      return true;
    }
    if (!hash.includes('=')) return false;
    const state = new URLSearchParams(hash.slice(1));
    for (const field of fields) field.value = state.get(field.name) ?? '';
    return true;
  };

  const remember = (): void => {
    const state = new URLSearchParams(fields.filter(({ value }) => value).map(({ name, value }) => [name, value]));
    history.replaceState(null, '', state.size > 0 ? `#${state}` : location.pathname);
  };

  const step = (by: number): void => {
    const articles = [...list.children] as HTMLElement[];
    const at = articles.indexOf(document.activeElement?.closest('article') as HTMLElement);
    const next = articles[Math.min(Math.max(at + by, 0), articles.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };

  form.addEventListener('submit', (event) => event.preventDefault());
  const changed = (): void => {
    remember();
    show();
  };
  form.addEventListener('input', changed);
  byId('all').addEventListener('click', () => {
    clear();
    changed();
  });
  window.addEventListener('hashchange', () => readAddress() && show());
  window.addEventListener('beforeprint', showAllNow);
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && typing) (event.target as HTMLElement).blur();
    if (typing) return;
    if (event.key === '/') search.focus();
    else if (event.key === 'j') step(1);
    else if (event.key === 'k') step(-1);
    else if (event.key === '?') (byId('help') as HTMLDialogElement).showModal();
    else return;
    event.preventDefault();
  });
  byId('close').addEventListener('click', () => (byId('help') as HTMLDialogElement).close());
  byId('keys').addEventListener('click', () => (byId('help') as HTMLDialogElement).showModal());
  readAddress();
  show();
}
