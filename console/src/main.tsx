import { createRoot } from 'react-dom/client';
import { startHost } from './host/index.ts';
import { OmsFeed } from './oms/feed.ts';
import { App } from './page/App.tsx';

const root = document.getElementById('root');
if (root === null) {
  throw new Error('index.html has no element #root');
}
const feed = new OmsFeed();
void feed.start();
createRoot(root).render(<App feed={feed} host={startHost()} />);
