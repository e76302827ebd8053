/*
 * Signing in, and asking the API who has signed in.
 *
 * The access token is only ever held in this page's memory: not in a cookie (so no other
 * site can ride on it), not in localStorage (it would outlive the person at a shared desk)
 * and not in sessionStorage either (browsers copy that into a duplicated or restored tab).
 * The price is signing in again after a reload, and signing out is just a reload.
 */
export const GRAPHQL_URL = '/graphql';
const TOKEN_URL = '/auth/token';
const NOTICE_KEY = 'fengqiao:notice';

const JSON_HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

async function postJson(url, body, headers = {}) {
  let response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { ...JSON_HEADERS, ...headers },
      body: JSON.stringify(body),
      credentials: 'same-origin',
    });
  } catch {
    throw new Error('无法连接服务器');
  }
  // A proxy in between may answer with a page of its own instead of JSON.
  const data = await response.json().catch(() => null);
  return { status: response.status, data };
}

/** Exchange a username and password for a session, or throw an Error to show. */
export async function signIn(username, password) {
  const { status, data } = await postJson(TOKEN_URL, { username, password });
  if (status === 200 && typeof data?.access_token === 'string') {
    const lifetime = Number(data.expires_in);
    const expiresAt = lifetime > 0 ? Date.now() + lifetime * 1000 : null;
    return { token: data.access_token, expiresAt, who: await whoIs(data.access_token, username) };
  }
  const fallback =
    status === 401 ? '用户名或密码不正确' : status === 429 ? '尝试次数过多，请稍后再试' : `登录失败（HTTP ${status}）`;
  throw new Error(typeof data?.message === 'string' && data.message ? data.message : fallback);
}

/** Begin a session with a token that was made elsewhere. */
export async function sessionFromToken(text) {
  const token = text.trim().replace(/^Bearer\s+/i, '');
  // Anything else could not be sent as a header, and fetch would fail with a riddle.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error('令牌格式不正确');
  return { token, expiresAt: null, who: await whoIs(token, '') };
}

/*
 * Fullest question first. A GraphQL server refuses a whole query for one field that its
 * schema lacks, so for an older or a newer schema a smaller one follows.
 */
const WHO_QUERIES = [
  '{ viewer { user { displayName } memberships { roleLabel organisation { name } } } }',
  '{ viewer { user { displayName } } }',
];

async function whoIs(token, username) {
  const bearer = { authorization: `Bearer ${token}` };
  for (const query of WHO_QUERIES) {
    const { status, data } = await postJson(GRAPHQL_URL, { query }, bearer);
    if (status === 401) throw new Error('令牌无效或已到期');
    const viewer = data?.data?.viewer;
    if (viewer) return describe(viewer, username);
    // `viewer: null` without a word against it is the answer to someone unknown.
    if (viewer === null && !data.errors?.length) throw new Error('令牌无效或已到期');
    if (data?.errors?.some((e) => e?.extensions?.code === 'UNAUTHENTICATED')) throw new Error('令牌无效或已到期');
  }
  // The token was not refused; only the name could not be learnt.
  return { name: username || '已登录', roles: [] };
}

function describe(viewer, username) {
  const text = (value) => (typeof value === 'string' ? value.trim() : '');
  const roles = (Array.isArray(viewer.memberships) ? viewer.memberships : [])
    .map((m) => [text(m?.organisation?.name), text(m?.roleLabel)].filter(Boolean).join(' · '))
    .filter(Boolean);
  return { name: text(viewer.user?.displayName) || username || '已登录', roles };
}

/*
 * Sign out by loading the page anew: the token, the answers on screen and any typed headers
 * are gone together, with no list of things to forget that could miss one. The queries of
 * this tab stay (see main.jsx), so that one can be tried as another person.
 */
export function reloadSignedOut(notice = '') {
  if (notice) sessionStorage.setItem(NOTICE_KEY, notice);
  window.location.reload();
}

/** The message left by reloadSignedOut before the reload. */
export function takeNotice() {
  const notice = sessionStorage.getItem(NOTICE_KEY) ?? '';
  sessionStorage.removeItem(NOTICE_KEY);
  return notice;
}
