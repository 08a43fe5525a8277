/**
 * Thrown where the processor leaves the guest in the middle of an instruction or a delivery, as FAULT is for an exception.
 * One object, so that an exit captures no stack; why is in `Access.exitPending`.
 */
export const VM_EXIT: { readonly exit: true } = Object.freeze({ exit: true });
