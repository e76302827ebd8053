// What the linter finds and what stays all the same, each with its reason.
const withoutIdentity = [
  ['ActionAvailability|Blocker|GroupAccess', 'computed for one caller at one moment: there is nothing to fetch again'],
  ['MissingSignature|ConfirmationMaterialState|HandOver|HandOverEntry|EscalationStep', 'computed from the case'],
  ['CaseRisk', 'a part of the case, under the id of the case'],
  ['\\w+(Figures|Group|Total)|\\w*FigureKey', 'counts: a cache that kept them by an id would show old ones'],
  ['MaskedText', 'one value'],
  ['Viewer', 'who asks: there is one, and its user is a Node'],
  ['RuleRefused|Forbidden|NotFound|InvalidInput|InputFault|\\w+Conflict', 'a refusal: what was said once'],
  ['AccessExplanation|AccessGround|PolicyChange|PolicyPreview|PolicyPreviewKind|PolicyRule', 'what the policy says or would say of one question'],
  ['AuditEntry|CaseReading', 'a line of a log: it never changes, and nobody asks for one by itself'],
  ['Form|FormField|FormOption', 'from a table in the code, by the action that it is asked for'],
]
export const exceptions = [
  {
    rule: 'strict-id-in-types',
    found: /^type "\w+(Connection|Edge)"|^type "PageInfo"/,
    reason: 'a page has no identity of its own (Relay)',
  },
  { rule: 'strict-id-in-types', found: /^type "\w+Success"/, reason: 'what a mutation shows once; its nodes have ids' },
  ...withoutIdentity.map(([names, reason]) => ({
    rule: 'strict-id-in-types',
    found: new RegExp(`^type "(${names})"`),
    reason,
  })),
  {
    rule: 'relay-edge-types',
    found: /^A list type should only wrap an edge type/,
    reason: 'short lists that are read whole (a call’s respondents, code lists) need no pages, and `nodes` beside `edges` saves a level',
  },
  {
    rule: 'relay-edge-types',
    found: /^Edge type's field `node` must implement `Node` interface/,
    reason: 'lines of the audit log have no id (above); every other list is of nodes, as tests/architecture/test_schema_conventions.py sees to',
  },
  {
    rule: 'naming-convention',
    found: /^Type "DisputeType"/,
    reason: 'the field’s own word for it (纠纷类型)',
  },
  {
    rule: 'no-typename-prefix',
    found: /^Field "code" starts with the name of the parent type "Code"/,
    reason: 'code and label stand beside each other everywhere; a code of a list is one too',
  },
  {
    rule: 'no-typename-prefix',
    found: /"(paused(At|By)|visitedAt)" starts with the name of the parent type "(Pause|Visit)"/,
    reason: 'moments and people are named for what was done, as in every other type',
  },
]
