import { createRoot } from 'react-dom/client';
import { startHost } from './host/index.ts';
import { fetchWith, OmsClient } from './oms/client.ts';
import { OmsFeed } from './oms/feed.ts';
import { NewsFeed } from './oms/news.ts';
import { sessionStorageOrNull, TokenStore } from './oms/token.ts';
import { App } from './shell/App.tsx';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no element #root');
}
const token = new TokenStore(sessionStorageOrNull());
const fetch = fetchWith(token);
const feed = new OmsFeed({ fetch });
const news = new NewsFeed({ fetch });
void feed.start();
keepNews();
createRoot(root).render(
  <App token={token} feed={feed} news={news} client={new OmsClient(fetch)} host={startHost(fetch)} />,
);

/** Listens while somebody looks, for a browser has few connections for all its tabs; and anew with another token. */
function keepNews(): void {
  let { text } = token.snapshot();
  const begin = () => (document.hidden ? news.stop() : news.start());
  begin();
  document.addEventListener('visibilitychange', begin);
  token.subscribe(() => {
    if (token.snapshot().text !== text) {
      text = token.snapshot().text;
      begin();
      void feed.ask();
    }
  });
  news.listen((told) => {
    if (told === null || told.topic === 'state') {
      feed.hasten();
    }
  });
}
