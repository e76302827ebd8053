/*
 * The page at GET /graphql: our sign-in bar above GraphiQL.
 *
 * GraphiQL 5 (Monaco) rather than 3/4 (CodeMirror 5): it is the maintained line, and its
 * heaviest part, the editor, is plain files that our own server can hand out. Monaco's
 * language services run in web workers, which the build bundles beside this file, so
 * nothing is fetched from a CDN and nothing is eval'ed; the page works under
 * `default-src 'self'; worker-src 'self' blob:`.
 */
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { useMonaco } from '@graphiql/react';
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './style.css';
import { DEFAULT_QUERY } from './default-query.js';
import { GRAPHQL_URL, reloadSignedOut, takeNotice } from './session.js';
import { SignInBar } from './SignInBar.jsx';

// The worker's name tells it which language service to be (worker.js).
globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker('/graphql/static/worker.js', { name: label }),
};

// GraphiQL compares plugins by identity, so they are made once.
const PLUGINS = [HISTORY_PLUGIN, explorerPlugin({ showAttribution: false })];

/*
 * Monaco frames characters that look like others, full-width commas and colons among
 * them, as a warning against disguised source code. Chinese text is full of those, so
 * that one check is off; the check for invisible characters stays on.
 */
function useChineseInEditors() {
  const monaco = useMonaco((state) => state.monaco);
  useEffect(() => {
    if (!monaco) return undefined;
    const allow = (editor) => editor.updateOptions({ unicodeHighlight: { ambiguousCharacters: false } });
    monaco.editor.getEditors().forEach(allow);
    const watching = monaco.editor.onDidCreateEditor(allow);
    return () => watching.dispose();
  }, [monaco]);
}

function App() {
  const [session, setSession] = useState(null);
  const [notice, setNotice] = useState(takeNotice);
  // The fetcher lives as long as the page, so it reads the token of the moment from here.
  // A new one makes GraphiQL fetch the schema again: where it is not told to strangers, that
  // is done once somebody has signed in.
  const token = useRef(null);
  token.current = session?.token ?? null;
  const closed = useRef(false);
  const [fetchers, setFetchers] = useState(0);

  const fetcher = useMemo(
    () =>
      createGraphiQLFetcher({
        url: GRAPHQL_URL,
        // Our schema has no @defer; without this the toolkit asks for multipart answers.
        enableIncrementalDelivery: false,
        fetch: async (url, init) => {
          const headers = new Headers(init.headers);
          // A header typed in GraphiQL's Headers tab wins over the bar's.
          const ours = token.current !== null && !headers.has('authorization');
          if (ours) headers.set('authorization', `Bearer ${token.current}`);
          const sent = token.current;
          const stranger = sent === null && !headers.has('authorization');
          const response = await fetch(url, { ...init, headers, credentials: 'same-origin' });
          if (stranger && response.status === 401) closed.current = true;
          // The token has expired or was revoked: say so, but leave the answer on screen.
          if (ours && response.status === 401 && token.current === sent) {
            setSession(null);
            setNotice('令牌已失效，请重新登录');
          }
          return response;
        },
      }),
    [fetchers],
  );

  useEffect(() => {
    if (!session?.expiresAt) return undefined;
    const timer = setTimeout(
      () => reloadSignedOut('登录已到期，请重新登录'),
      // A longer delay than 2^31-1 ms would fire at once.
      Math.min(Math.max(session.expiresAt - Date.now(), 0), 2 ** 31 - 1),
    );
    return () => clearTimeout(timer);
  }, [session]);

  const begin = useCallback((newSession) => {
    setNotice('');
    setSession(newSession);
    if (closed.current) {
      closed.current = false;
      setFetchers((count) => count + 1);
    }
  }, []);

  useChineseInEditors();

  return (
    <>
      <SignInBar session={session} notice={notice} onSignIn={begin} onSignOut={() => reloadSignedOut()} />
      <main className="fq-graphiql">
        <GraphiQL
          fetcher={fetcher}
          plugins={PLUGINS}
          defaultQuery={DEFAULT_QUERY}
          // Queries and variables may name the parties to a dispute, and desks are shared:
          // closing the tab forgets them. (GraphiQL's own choice would be localStorage.)
          storage={sessionStorage}
          // Typed headers may hold a token, so they are not stored at all.
          shouldPersistHeaders={false}
        >
          {/* GraphiQL's own logo is a link to the internet. */}
          <GraphiQL.Logo>GraphiQL</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}

createRoot(document.getElementById('root')).render(<App />);
