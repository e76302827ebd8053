/* The bar above GraphiQL: Chinese labels, each with its English as the title. */
import { useState } from 'react';
import { sessionFromToken, signIn } from './session.js';

export function SignInBar({ session, notice, onSignIn, onSignOut }) {
  return (
    <header className="fq-bar">
      <strong className="fq-brand" title="Fengqiao GraphQL API">
        枫桥 <span lang="en">GraphQL</span>
      </strong>
      {session ? <SignedIn session={session} onSignOut={onSignOut} /> : <SignInForm notice={notice} onSignIn={onSignIn} />}
    </header>
  );
}

function SignedIn({ session, onSignOut }) {
  const { name, roles } = session.who;
  const until = session.expiresAt && new Date(session.expiresAt);
  return (
    <div className="fq-session">
      <span className="fq-who" data-testid="who" title={['Signed in as', name, ...roles].join('\n')}>
        已登录：<b>{name}</b>
        {roles.length > 0 && <span className="fq-role">{roles[0]}</span>}
        {roles.length > 1 && <span className="fq-more">等 {roles.length} 个身份</span>}
      </span>
      {until && (
        <span className="fq-until" title={`Signed in until ${until.toLocaleString('en-GB')}`}>
          有效至 {until.toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', hour12: false })}
        </span>
      )}
      <button type="button" title="Sign out and clear the results" onClick={onSignOut}>
        退出
      </button>
    </div>
  );
}

function SignInForm({ notice, onSignIn }) {
  const [byToken, setByToken] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState(notice);
  // A notice that arrives later (a refused token) replaces what the form said before.
  const [shownNotice, setShownNotice] = useState(notice);
  if (notice !== shownNotice) {
    setShownNotice(notice);
    setError(notice);
  }

  async function submit(event) {
    event.preventDefault();
    // Uncontrolled inputs: the password never becomes part of React's state.
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setError('');
    try {
      onSignIn(
        byToken ? await sessionFromToken(fields.get('token')) : await signIn(fields.get('username').trim(), fields.get('password')),
      );
    } catch (problem) {
      setError(problem.message);
      setBusy(false);
    }
  }

  function switchMode() {
    setByToken(!byToken);
    setError('');
  }

  return (
    <form className="fq-session" onSubmit={submit}>
      {/* Errors come first, so that the fields do not move when one appears. */}
      <span className="fq-error" role="alert" title={error}>
        {error}
      </span>
      {byToken ? (
        <label title="Access token">
          令牌
          <input key="token" name="token" type="password" autoComplete="off" required autoFocus className="fq-token" placeholder="粘贴访问令牌" title="Paste an access token" />
        </label>
      ) : (
        <>
          <label title="Username">
            用户名
            <input key="username" name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} required title="Username" />
          </label>
          <label title="Password">
            密码
            <input key="password" name="password" type="password" autoComplete="current-password" required title="Password" />
          </label>
        </>
      )}
      <button type="submit" className="fq-primary" disabled={busy} title={byToken ? 'Use this token' : 'Sign in'}>
        {byToken ? '使用令牌' : '登录'}
      </button>
      <button type="button" className="fq-link" onClick={switchMode} title={byToken ? 'Sign in with a password' : 'Paste a token instead'}>
        {byToken ? '改用密码' : '粘贴令牌'}
      </button>
    </form>
  );
}
