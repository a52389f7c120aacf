/** The condition as it is while nothing is wrong. */
export interface DeclaredCondition {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}
