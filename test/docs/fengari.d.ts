/** As much of the Lua interpreter as the tests need; it has no types of its own. */
declare module 'fengari' {
  interface State {
    readonly [opaque: symbol]: never;
  }
  export function to_luastring(text: string): Uint8Array;
  export const lauxlib: {
    readonly luaL_newstate: () => State;
    /** True when it failed; then the message is on the stack. */
    readonly luaL_dostring: (state: State, script: Uint8Array) => boolean;
  };
  export const lualib: { readonly luaL_openlibs: (state: State) => void };
  export const lua: {
    /** Null for what is neither text nor number. */
    readonly lua_tojsstring: (state: State, index: number) => string | null;
  };
}
