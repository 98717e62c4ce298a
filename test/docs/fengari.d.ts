/** The part of the Lua interpreter's interface that the tests need. The package has no types. */
declare module 'fengari' {
  interface State {
    readonly [opaque: symbol]: never;
  }
  export function to_luastring(text: string): Uint8Array;
  export const lauxlib: {
    readonly luaL_newstate: () => State;
    /** True when it failed. The message is then on the stack. */
    readonly luaL_dostring: (state: State, script: Uint8Array) => boolean;
  };
  export const lualib: { readonly luaL_openlibs: (state: State) => void };
  export const lua: {
    /** Null for a value that is neither text nor number. */
    readonly lua_tojsstring: (state: State, index: number) => string | null;
  };
}
