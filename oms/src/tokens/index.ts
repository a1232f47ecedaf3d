export { runTokenCommand } from './command.ts';
export { commandOfProcess } from './config.ts';
export { TokenError } from './errors.ts';
export { createToken, findToken, listTokens, noteUse, revokeToken } from './store.ts';
