/** The address that the paging panel walks to. */
export interface PagingState {
  /** As typed; null: that of the guest's next instruction. */
  readonly address: string | null;
  /** Grows whenever somebody else than the panel asks for a walk. */
  readonly jump: number;
}

export const initialPaging: PagingState = { address: null, jump: 0 };
