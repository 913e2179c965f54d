// What our libraries call and the oldest browsers we serve do not have. bundling.ts puts these in the place of the calls.

/** `Object.hasOwn`: Chrome 93, Safari 15.4. */
export function objectHasOwn(object: object, key: PropertyKey): boolean {
  return Object.getOwnPropertyDescriptor(object, key) !== undefined;
}
