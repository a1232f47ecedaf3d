import { describe, expect, it } from '@jest/globals';
import { OmsClient, OmsError, pathOf } from './client.ts';

const clientOf = (answer: Response | Error) =>
  new OmsClient(async () => {
    if (answer instanceof Error) {
      throw answer;
    }
    return answer;
  });

const failureOf = async (answer: Response | Error): Promise<OmsError> => {
  const failure = await clientOf(answer)
    .get('/api/v1/x?q=1')
    .catch((reason: unknown) => reason);
  expect(failure).toBeInstanceOf(OmsError);
  return failure as OmsError;
};

describe('OmsClient', () => {
  it('answers with the JSON, and sends a body as JSON', async () => {
    const asked: Array<RequestInit | undefined> = [];
    const client = new OmsClient(async (_input, init) => {
      asked.push(init);
      return new Response('{"a":1}');
    });
    expect(await client.get('/x')).toEqual({ a: 1 });
    await client.send('POST', '/x', { b: 2 });
    await client.send('DELETE', '/x');
    expect(asked.map((init) => [init?.method, init?.body])).toEqual([
      [undefined, undefined],
      ['POST', '{"b":2}'],
      ['DELETE', undefined],
    ]);
    expect(new Headers(asked[1]?.headers).get('content-type')).toBe('application/json');
  });

  it("fails with the problem's words, code and field", async () => {
    const problem = { detail: 'a stop is under way', code: 'vm-busy', field: '/vm', status: 409 };
    const failure = await failureOf(new Response(JSON.stringify(problem), { status: 409 }));
    expect([failure.message, failure.facts, failure.isUndecided]).toEqual([
      'a stop is under way',
      { status: 409, code: 'vm-busy', field: '/vm' },
      false,
    ]);
  });

  it.each<[string, Response | Error, string, boolean]>([
    [
      "a proxy's page",
      new Response('<html>', { status: 502, statusText: 'Bad Gateway' }),
      '/api/v1/x answered 502 Bad Gateway',
      true,
    ],
    ['null', new Response('null', { status: 400 }), '/api/v1/x answered 400', false],
    ['no JSON', new Response('<html>'), '/api/v1/x did not answer with JSON', true],
    ['no connection', new TypeError('Failed to fetch'), 'The OMS does not answer: no connection.', true],
  ])(
    'says what %s means, and whether the request may have been carried out',
    async (_what, answer, words, undecided) => {
      const failure = await failureOf(answer);
      expect([failure.message, failure.isUndecided]).toEqual([words, undecided]);
    },
  );

  it('writes only the parameters that are set', () => {
    expect(pathOf('/x', { a: 'b c&d', n: 0, no: undefined, nil: null, empty: '', yes: true })).toBe(
      '/x?a=b+c%26d&n=0&yes=true',
    );
    expect(pathOf('/x', {})).toBe('/x');
  });
});
