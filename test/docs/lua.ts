import * as fengari from 'fengari';

const { lauxlib, lua, lualib, to_luastring } = fengari;

/** The result of a Lua function with that body for `obj`: the fields `status` and `message` of its table. */
export function luaHealth(body: string, obj: unknown) {
  const state = lauxlib.luaL_newstate();
  lualib.luaL_openlibs(state);
  const script = `
    local obj = ${literal(obj)}
    local function health() ${body} end
    local answer = health()
    return answer.status, answer.message`;
  const failed = lauxlib.luaL_dostring(state, to_luastring(script));
  if (failed) throw new Error(lua.lua_tojsstring(state, -1) ?? 'no message');
  return { status: lua.lua_tojsstring(state, -2), message: lua.lua_tojsstring(state, -1) };
}

/** JSON as Lua source. Absent fields are nil in both. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `{ ${value.map(literal).join(', ')} }`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  const parts = fields.map(([name, field]) => `[${JSON.stringify(name)}] = ${literal(field)}`);
  return `{ ${parts.join(', ')} }`;
}
