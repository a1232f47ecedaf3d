import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { AccessUndeclaredError, declareAccess } from './declare.ts';

describe('a route', () => {
  it('cannot be registered without saying who may use it, not even deep within a plugin', async () => {
    const app = fastify();
    declareAccess(app);
    expect(() => app.get('/open', () => 'x')).toThrow(AccessUndeclaredError);
    expect(() => app.post('/config', { config: {} }, () => 'x')).toThrow('POST /config does not say who may use it');
    app.get('/told', { config: { access: 'none' } }, () => 'x');
    let thrown: unknown;
    await app.register((inner, _options, done) => {
      try {
        inner.get('/inner', () => 'x');
      } catch (error) {
        thrown = error;
      }
      done();
    });
    expect(thrown).toBeInstanceOf(AccessUndeclaredError);
    expect(thrown).toMatchObject({ code: 'access-undeclared', message: expect.stringContaining('GET /inner') });
    await app.close();
  });
});
