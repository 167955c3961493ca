/** What breaks careless code. */
export const HOSTILE: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, 2 ** 63, Number.MIN_VALUE],
  ...['', ' ', '\u0000', 'a\u0000b', '\ud800', '😀'.repeat(100), '\u202eabc', 'é'.normalize('NFD')],
  ...['%00', '%', "' or 1=1 --", '$1', '${7*7}', '../../etc/passwd', '<script>', '{{7*7}}', '\r\nx: y'],
  ...['null', 'NaN', '-0', '1e999', '9'.repeat(400), '__proto__', 'constructor', 'toString'],
  ...['x'.repeat(300), 'x'.repeat(5_000), '2025-02-30T25:61:00Z', '0000-00-00', '+275760-09-13T00:00:00Z'],
  ...[[], {}, [[]], [null], Array(2_000).fill(0), { __proto__: null, toString: 1 }],
  JSON.parse('{"__proto__":{"admin":true}}'),
  { $ref: '#' },
]

const LONG = 'x'.repeat(70_000)
const DEEP = `${'['.repeat(5_000)}${']'.repeat(5_000)}`

/** Broken, too large, too deep, or not what it is said to be. */
export const BROKEN_BODIES: readonly string[] = [
  ...['', '{', '{"a":', 'null', '[]', '"', '{"a":1}{"b":2}', '\ufeff{}', '{"a":1e999}', '{"a":1,"a":2}'],
  ...['{"__proto__":{"a":1}}', '{"constructor":{"prototype":{"a":1}}}', '\u0000', 'a=b&a=c', '%', '--x--'],
  ...[LONG, DEEP, `"${LONG}"`, `{"a":"${LONG}"}`],
]

export const WRONG_TYPES: readonly string[] = [
  ...['text/plain', 'application/xml', 'application/json;charset=utf-16', 'x', '', 'multipart/form-data'],
  ...['multipart/form-data; boundary=', 'application/x-www-form-urlencoded', 'application/jsonx', '*/*'],
  ...['application/json, text/plain', `application/${'x'.repeat(500)}`],
]

/** Header fields that mean something to somebody on the way, whether a route has declared them or not. */
export const HEADERS: readonly string[] = [
  ...[
    'accept',
    'accept-encoding',
    'accept-language',
    'cart-token',
    'cookie',
    'if-match',
    'if-modified-since',
  ],
  ...[
    'if-none-match',
    'idempotency-key',
    'if-position-reached',
    'last-event-id',
    'origin',
    'prefer',
    'range',
  ],
  ...[
    'traceparent',
    'user-agent',
    'access-control-request-method',
    'x-forwarded-for',
    'x-forwarded-host',
    'x-http-method-override',
  ],
]

export const BROKEN_QUERIES: readonly string[] = [
  ...['extra=1', 'limit=1&limit=2', '__proto__[x]=1', '%', 'a[b]=c', '&&==', 'limit=%00', 'position=1/1'],
  ...[`q=${'x'.repeat(3_000)}`, 'cursor=%E0%A4%A', 'constructor=1'],
]
