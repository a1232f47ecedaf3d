import { VERSION } from '../version.ts';

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 0 auto; padding: 2.5rem 1rem; }
  h1 { font-size: 1.5rem; margin: 0; }
  h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
  p { margin: .25rem 0; }
  ul { padding-left: 1.2rem; margin: .25rem 0; }
  .collectors { columns: 14rem; }
  .off { opacity: .6; }
  code { font-family: ui-monospace, monospace; font-size: .95em; }
`;

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/[&<>"]/g, (character) => entities[character] ?? '');
}

/** What a person finds who opens the exporter in a browser. It needs no script and nothing from elsewhere. */
export function landingPage(options: {
  telemetryPath: string;
  collectors: { running: readonly string[]; known: readonly string[] };
}): string {
  const path = escaped(options.telemetryPath);
  const { running, known } = options.collectors;
  const items = known.map((name) =>
    running.includes(name)
      ? `<li><a href="${path}?collect%5B%5D=${encodeURIComponent(name)}"><code>${escaped(name)}</code></a></li>`
      : `<li class="off"><code>${escaped(name)}</code> (off)</li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Faultline exporter</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Faultline exporter</h1>
<p>One libvirt host as Prometheus text. Version ${escaped(VERSION)}.</p>
<h2>Pages</h2>
<ul>
<li><a href="${path}">Metrics</a>: the page of the last collection cycle</li>
<li><a href="/-/healthy">Healthy</a>: the exporter answers</li>
<li><a href="/-/ready">Ready</a>: a cycle is done</li>
</ul>
<h2>Collectors</h2>
<ul class="collectors">
${items.join('\n')}
</ul>
<p>Some of them in one scrape: <code>${path}?collect[]=NAME</code>, repeated; all but some: <code>?exclude[]=NAME</code>.</p>
</main>
</body>
</html>
`;
}
