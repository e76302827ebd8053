/*
 * Monaco's three language services in one worker script: most of each is the same code, so
 * one file is half the size of three. Which one a worker is to be is told by its name.
 *
 * `require`, because it runs the module at once: a service sets `onmessage` when it starts,
 * and with an `import()` Monaco's first message could come before that and be lost.
 */
switch (self.name) {
  case 'graphql':
    require('monaco-graphql/esm/graphql.worker.js');
    break;
  case 'json':
    require('monaco-editor/esm/vs/language/json/json.worker.js');
    break;
  default:
    require('monaco-editor/esm/vs/editor/editor.worker.js');
}
